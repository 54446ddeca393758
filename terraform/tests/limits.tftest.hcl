# What each variable does not take. No call is made: the provider is a mock.
mock_provider "linode" {}

mock_provider "local" {}

run "linode_token_is_not_1" {
  command = plan

  variables {
    linode_token = ""
  }

  expect_failures = [var.linode_token]
}

run "linode_token_is_not_2" {
  command = plan

  variables {
    linode_token = "a token"
  }

  expect_failures = [var.linode_token]
}

run "linode_token_is_not_3" {
  command = plan

  variables {
    linode_token = "token\n"
  }

  expect_failures = [var.linode_token]
}

run "label_is_not_1" {
  command = plan

  variables {
    label = "b"
  }

  expect_failures = [var.label]
}

run "label_is_not_2" {
  command = plan

  variables {
    label = "Wpp-bot"
  }

  expect_failures = [var.label]
}

run "label_is_not_3" {
  command = plan

  variables {
    label = "1bot"
  }

  expect_failures = [var.label]
}

run "label_is_not_4" {
  command = plan

  variables {
    label = "wpp_bot"
  }

  expect_failures = [var.label]
}

run "label_is_not_5" {
  command = plan

  variables {
    label = "a234567890123456789012345678"
  }

  expect_failures = [var.label]
}

run "region_is_not_1" {
  command = plan

  variables {
    region = ""
  }

  expect_failures = [var.region]
}

run "region_is_not_2" {
  command = plan

  variables {
    region = "newark"
  }

  expect_failures = [var.region]
}

run "region_is_not_3" {
  command = plan

  variables {
    region = "us-east-1a"
  }

  expect_failures = [var.region]
}

run "region_is_not_4" {
  command = plan

  variables {
    region = "US-EAST"
  }

  expect_failures = [var.region]
}

run "k8s_version_is_not_1" {
  command = plan

  variables {
    k8s_version = ""
  }

  expect_failures = [var.k8s_version]
}

run "k8s_version_is_not_2" {
  command = plan

  variables {
    k8s_version = "1.35.2"
  }

  expect_failures = [var.k8s_version]
}

run "k8s_version_is_not_3" {
  command = plan

  variables {
    k8s_version = "v1.35"
  }

  expect_failures = [var.k8s_version]
}

run "k8s_version_is_not_4" {
  command = plan

  variables {
    k8s_version = "2.0"
  }

  expect_failures = [var.k8s_version]
}

run "k8s_version_is_not_5" {
  command = plan

  variables {
    k8s_version = "latest"
  }

  expect_failures = [var.k8s_version]
}

run "node_type_is_not_1" {
  command = plan

  variables {
    node_type = ""
  }

  expect_failures = [var.node_type]
}

run "node_type_is_not_2" {
  command = plan

  variables {
    node_type = "standard-2"
  }

  expect_failures = [var.node_type]
}

run "node_type_is_not_3" {
  command = plan

  variables {
    node_type = "g6 standard"
  }

  expect_failures = [var.node_type]
}

run "node_minimum_is_not_1" {
  command = plan

  variables {
    node_minimum = 0
  }

  expect_failures = [var.node_minimum]
}

run "node_minimum_is_not_2" {
  command = plan

  variables {
    node_minimum = 1.5
  }

  expect_failures = [var.node_minimum]
}

run "node_minimum_is_not_3" {
  command = plan

  variables {
    node_minimum = 101
  }

  expect_failures = [var.node_minimum]
}

run "node_maximum_is_not_1" {
  command = plan

  variables {
    node_maximum = 0
  }

  expect_failures = [var.node_maximum]
}

run "node_maximum_is_not_2" {
  command = plan

  variables {
    node_maximum = 2.5
  }

  expect_failures = [var.node_maximum]
}

run "node_maximum_is_not_3" {
  command = plan

  variables {
    node_maximum = 101
  }

  expect_failures = [var.node_maximum]
}

run "api_ranges_is_not_1" {
  command = plan

  variables {
    api_ranges = ["203.0.113.7"]
  }

  expect_failures = [var.api_ranges]
}

run "api_ranges_is_not_2" {
  command = plan

  variables {
    api_ranges = ["everybody"]
  }

  expect_failures = [var.api_ranges]
}

run "api_ranges_is_not_3" {
  command = plan

  variables {
    api_ranges = ["0.0.0.0/0"]
  }

  expect_failures = [var.api_ranges]
}

run "api_ranges_is_not_4" {
  command = plan

  variables {
    api_ranges = ["203.0.113.0/24", "::/0"]
  }

  expect_failures = [var.api_ranges]
}

run "volume_size_is_not_1" {
  command = plan

  variables {
    volume_size = -1
  }

  expect_failures = [var.volume_size]
}

run "volume_size_is_not_2" {
  command = plan

  variables {
    volume_size = 9
  }

  expect_failures = [var.volume_size]
}

run "volume_size_is_not_3" {
  command = plan

  variables {
    volume_size = 10.5
  }

  expect_failures = [var.volume_size]
}

run "kubeconfig_file_is_not_1" {
  command = plan

  variables {
    kubeconfig_file = "folder/"
  }

  expect_failures = [var.kubeconfig_file]
}

run "kubeconfig_file_is_not_2" {
  command = plan

  variables {
    kubeconfig_file = "/"
  }

  expect_failures = [var.kubeconfig_file]
}

run "node_maximum_is_not_below_node_minimum" {
  command = plan

  variables {
    node_minimum = 3
    node_maximum = 2
  }

  expect_failures = [var.node_maximum]
}

# What the variables make of the configuration. No call is made: the providers are mocks.
mock_provider "linode" {}

mock_provider "local" {}

run "defaults" {
  command = plan

  assert {
    condition     = linode_lke_cluster.wpp_bot.pool[0].type == "g6-standard-2"
    error_message = "The nodes are of the plan g6-standard-2."
  }

  assert {
    condition     = linode_lke_cluster.wpp_bot.pool[0].autoscaler[0].min == 1 && linode_lke_cluster.wpp_bot.pool[0].autoscaler[0].max == 3
    error_message = "The autoscaler has one to three nodes."
  }

  assert {
    condition     = length(linode_volume.wpp_bot_data) == 0 && output.volume_id == null && output.volume_handle == null
    error_message = "There is no volume that nothing uses."
  }

  assert {
    condition     = length(local_sensitive_file.kubeconfig) == 0
    error_message = "There is no file with credentials."
  }
}

run "the_least" {
  command = plan

  variables {
    label        = "ab"
    node_minimum = 1
    node_maximum = 1
    volume_size  = 10
  }

  assert {
    condition     = linode_volume.wpp_bot_data[0].label == "ab-data" && linode_volume.wpp_bot_data[0].size == 10
    error_message = "The volume is that of the label, in the size given."
  }
}

run "the_most" {
  command = plan

  variables {
    label        = "a23456789012345678901234567"
    region       = "de-fra-2"
    k8s_version  = "1.36"
    node_type    = "g6-dedicated-4"
    node_minimum = 100
    node_maximum = 100
    volume_size  = 16384
  }

  assert {
    condition     = length(linode_volume.wpp_bot_data[0].label) == 32
    error_message = "The label of the volume is as long as Linode takes it."
  }

  assert {
    condition     = linode_volume.wpp_bot_data[0].region == linode_lke_cluster.wpp_bot.region
    error_message = "The volume is where the cluster is."
  }
}

run "control_plane" {
  command = plan

  variables {
    high_availability = true
  }

  assert {
    condition     = linode_lke_cluster.wpp_bot.control_plane[0].high_availability
    error_message = "The control plane is highly available."
  }
}

run "api_for_some" {
  command = plan

  variables {
    api_ranges = ["203.0.113.0/24", "2001:db8::/32"]
  }

  assert {
    condition     = linode_lke_cluster.wpp_bot.control_plane[0].acl[0].enabled
    error_message = "The access list is on."
  }

  assert {
    condition     = linode_lke_cluster.wpp_bot.control_plane[0].acl[0].addresses[0].ipv4 == toset(["203.0.113.0/24"])
    error_message = "Networks of IPv4 stand among those of IPv4."
  }

  assert {
    condition     = linode_lke_cluster.wpp_bot.control_plane[0].acl[0].addresses[0].ipv6 == toset(["2001:db8::/32"])
    error_message = "Networks of IPv6 stand among those of IPv6."
  }
}

run "api_for_all_again" {
  command = plan

  variables {
    api_ranges = []
  }

  assert {
    condition     = !linode_lke_cluster.wpp_bot.control_plane[0].acl[0].enabled
    error_message = "The access list is off."
  }
}

run "outputs" {
  command = apply

  variables {
    volume_size     = 20
    kubeconfig_file = "kubeconfig.yaml"
  }

  assert {
    condition     = output.volume_handle == "${output.volume_id}-wpp-bot-data"
    error_message = "The handle is id and label of the volume."
  }

  assert {
    condition     = local_sensitive_file.kubeconfig[0].file_permission == "0600"
    error_message = "Nobody but its owner reads the file."
  }

  assert {
    condition     = local_sensitive_file.kubeconfig[0].content_base64 == output.kubeconfig
    error_message = "The file has the kubeconfig of the cluster."
  }
}

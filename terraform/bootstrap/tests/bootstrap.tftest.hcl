# What each variable does not take, and what is made. No call is made: the provider is a mock.
mock_provider "linode" {}

variables {
  bucket = "wpp-bot-terraform-state"
}

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

run "bucket_is_not_1" {
  command = plan

  variables {
    bucket = "ab"
  }

  expect_failures = [var.bucket]
}

run "bucket_is_not_2" {
  command = plan

  variables {
    bucket = "Bucket"
  }

  expect_failures = [var.bucket]
}

run "bucket_is_not_3" {
  command = plan

  variables {
    bucket = "-bucket"
  }

  expect_failures = [var.bucket]
}

run "bucket_is_not_4" {
  command = plan

  variables {
    bucket = "bucket-"
  }

  expect_failures = [var.bucket]
}

run "bucket_is_not_5" {
  command = plan

  variables {
    bucket = "a.bucket"
  }

  expect_failures = [var.bucket]
}

run "bucket_is_not_6" {
  command = plan

  variables {
    bucket = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  expect_failures = [var.bucket]
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
    region = "us-east-1a"
  }

  expect_failures = [var.region]
}

run "region_is_not_3" {
  command = plan

  variables {
    region = "newark"
  }

  expect_failures = [var.region]
}

run "the_least" {
  command = plan

  variables {
    bucket = "abc"
  }

  assert {
    condition     = linode_object_storage_bucket.state.label == "abc" && linode_object_storage_bucket.state.region == "us-east"
    error_message = "The bucket is made where the action looks for it."
  }
}

run "the_most" {
  command = plan

  variables {
    bucket = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  assert {
    condition     = length(linode_object_storage_key.state.label) == 50
    error_message = "The label of the key is as long as Linode takes it."
  }

  assert {
    condition     = one(linode_object_storage_key.state.bucket_access).bucket_name == var.bucket
    error_message = "The key opens this bucket and nothing else."
  }
}

terraform {
  # use_lockfile, the lock in the state's own bucket, came with OpenTofu 1.10. Terraform has it as a stable setting since 1.11, and the
  # action takes no older one.
  required_version = ">= 1.10"

  required_providers {
    linode = {
      source  = "linode/linode"
      version = "~> 3.13"
    }
    local = {
      source  = "hashicorp/local"
      version = "~> 2.5"
    }
  }

  # bucket, key and region are given at init by -backend-config, and the endpoint by AWS_ENDPOINT_URL_S3
  # (https://us-east-1.linodeobjects.com): the action sets them all. The rest is what Linode Object Storage
  # needs of a backend that was made for AWS. Do not set encrypt: Linode refuses the header that it sends
  # with "400 InvalidArgument".
  backend "s3" {
    use_path_style              = true
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
    use_lockfile                = true
  }
}

provider "linode" {
  # With null the provider reads LINODE_TOKEN.
  token = var.linode_token
}

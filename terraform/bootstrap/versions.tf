terraform {
  # As in the configuration of the cluster, so that one program does for both, OpenTofu 1.10 too.
  required_version = ">= 1.10"

  required_providers {
    linode = {
      source  = "linode/linode"
      version = "~> 3.13"
    }
  }

  # No backend: the bucket for states is what is made here. Its own state stays where you run it, with
  # the key in it. Keep it to yourself, or delete it once the key is stored: the action needs it no more.
}

provider "linode" {
  # With null the provider reads LINODE_TOKEN.
  token = var.linode_token
}

resource "linode_object_storage_bucket" "state" {
  label  = var.bucket
  region = var.region

  lifecycle {
    # Without the state Terraform would make a second cluster, and know nothing of the first.
    prevent_destroy = true
  }
}

resource "linode_object_storage_key" "state" {
  # Linode takes 50 characters at most.
  label = substr(var.bucket, 0, 50)

  # This bucket and nothing else.
  bucket_access {
    bucket_name = linode_object_storage_bucket.state.label
    region      = var.region
    permissions = "read_write"
  }
}

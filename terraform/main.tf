resource "linode_lke_cluster" "wpp_bot" {
  label       = var.label
  region      = var.region
  k8s_version = var.k8s_version

  pool {
    type = var.node_type

    # No count beside the autoscaler: an apply would set the pool back to it and delete the nodes
    # that the autoscaler had added.
    autoscaler {
      min = var.node_minimum
      max = var.node_maximum
    }
  }

  # Only where something is asked for: a cluster keeps what it has of a block that is not there.
  dynamic "control_plane" {
    for_each = var.high_availability || var.api_ranges != null ? [1] : []

    content {
      high_availability = var.high_availability

      dynamic "acl" {
        for_each = var.api_ranges == null ? [] : [var.api_ranges]
        iterator = ranges

        content {
          enabled = length(ranges.value) > 0

          addresses {
            ipv4 = [for range in ranges.value : range if !strcontains(range, ":")]
            ipv6 = [for range in ranges.value : range if strcontains(range, ":")]
          }
        }
      }
    }
  }
}

# A disk outside the cluster's life, which outlives it. It is left out by default: the claims of the
# manifests make volumes of their own, and Linode bills one that nothing uses all the same. With a
# size a PersistentVolume of yours can name it by volume_handle.
resource "linode_volume" "wpp_bot_data" {
  count = var.volume_size > 0 ? 1 : 0

  label  = "${var.label}-data"
  region = var.region
  size   = var.volume_size
}

# Only where asked for: these are credentials of the cluster's administrator, and the file is missing
# on every fresh runner, so that each plan there says "1 to add". The output is the same without a file.
resource "local_sensitive_file" "kubeconfig" {
  count = var.kubeconfig_file == "" ? 0 : 1

  content_base64       = linode_lke_cluster.wpp_bot.kubeconfig
  filename             = var.kubeconfig_file
  file_permission      = "0600"
  directory_permission = "0700"
}

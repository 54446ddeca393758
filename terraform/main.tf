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
}

# A disk outside the cluster's life. Nothing in Kubernetes uses it until a PersistentVolume names it
# by volumeHandle "<id>-<label>"; the claims in manifests/ make volumes of their own.
resource "linode_volume" "wpp_bot_data" {
  label  = "${var.label}-data"
  region = var.region
  size   = var.volume_size
}

# There is no local_file for the kubeconfig: the file is missing on every fresh runner, so each plan
# would say "1 to add", and it would put cluster-admin credentials on the disk. Read the output.

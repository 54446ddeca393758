output "cluster_id" {
  description = "Linode's id of the cluster."
  value       = linode_lke_cluster.wpp_bot.id
}

output "volume_id" {
  description = "Linode's id of the volume, or null where there is none."
  value       = one(linode_volume.wpp_bot_data[*].id)
}

output "volume_handle" {
  description = "The name of the volume for Kubernetes, as a PersistentVolume gives it in volumeHandle, or null where there is none."
  value       = one([for volume in linode_volume.wpp_bot_data : "${volume.id}-${volume.label}"])
}

output "kubeconfig" {
  description = "Credentials for the cluster, base64 as Linode's API gives them: the form of the KUBE_CONFIG secret."
  value       = linode_lke_cluster.wpp_bot.kubeconfig
  sensitive   = true
}

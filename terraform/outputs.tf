output "cluster_id" {
  description = "Linode's id of the cluster."
  value       = linode_lke_cluster.wpp_bot.id
}

output "volume_id" {
  description = "Linode's id of the volume."
  value       = linode_volume.wpp_bot_data.id
}

output "kubeconfig" {
  description = "Credentials for the cluster, base64 as Linode's API gives them: the form of the KUBE_CONFIG secret."
  value       = linode_lke_cluster.wpp_bot.kubeconfig
  sensitive   = true
}

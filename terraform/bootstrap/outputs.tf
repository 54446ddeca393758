output "endpoint" {
  description = "Where the bucket is, for AWS_ENDPOINT_URL_S3 with https:// before it."
  value       = linode_object_storage_bucket.state.s3_endpoint
}

output "access_key" {
  description = "The secret STATE_ACCESS_KEY."
  value       = linode_object_storage_key.state.access_key
  sensitive   = true
}

output "secret_key" {
  description = "The secret STATE_SECRET_KEY."
  value       = linode_object_storage_key.state.secret_key
  sensitive   = true
}

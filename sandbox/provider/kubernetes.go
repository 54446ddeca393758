package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/linode/linodego"
	"gopkg.in/yaml.v3"
)

// kubeconfig is what LKE writes of one: one cluster, one user with a token.
type kubeconfig struct {
	Clusters []struct {
		Cluster struct {
			Server string `yaml:"server"`
			CA     string `yaml:"certificate-authority-data"`
		} `yaml:"cluster"`
	} `yaml:"clusters"`
	Users []struct {
		User struct {
			Token string `yaml:"token"`
		} `yaml:"user"`
	} `yaml:"users"`
}

type nodeList struct {
	Items []struct {
		Status struct {
			Conditions []struct {
				Type   string `json:"type"`
				Status string `json:"status"`
			} `json:"conditions"`
		} `json:"status"`
	} `json:"items"`
}

// hasReadyNode asks the cluster itself, with the kubeconfig, whether a node is ready.
func hasReadyNode(ctx context.Context, options linodego.ClusterConditionOptions) (bool, error) {
	text, err := base64.StdEncoding.DecodeString(options.LKEClusterKubeconfig.KubeConfig)
	if err != nil {
		return false, fmt.Errorf("kubeconfig: %w", err)
	}
	var config kubeconfig
	if err := yaml.Unmarshal(text, &config); err != nil {
		return false, fmt.Errorf("kubeconfig: %w", err)
	}
	nodes, err := listNodes(ctx, config)
	if err != nil {
		return false, err
	}
	for _, node := range nodes.Items {
		for _, condition := range node.Status.Conditions {
			if condition.Type == "Ready" && condition.Status == "True" {
				return true, nil
			}
		}
	}
	return false, nil
}

func listNodes(ctx context.Context, config kubeconfig) (*nodeList, error) {
	if len(config.Clusters) != 1 || len(config.Users) != 1 {
		return nil, fmt.Errorf("kubeconfig has %d clusters and %d users, not one of each", len(config.Clusters), len(config.Users))
	}
	cluster := config.Clusters[0].Cluster
	authority, err := base64.StdEncoding.DecodeString(cluster.CA)
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: certificate-authority-data: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, cluster.Server+"/api/v1/nodes", nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json, */*")
	request.Header.Set("Authorization", "Bearer "+config.Users[0].User.Token)
	request.Header.Set("User-Agent", "terraform-provider-linode_v3.13.0/v0.0.0 ("+runtime.GOOS+"/"+runtime.GOARCH+") kubernetes/$Format")
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", request.URL, response.Status)
	}
	var nodes nodeList
	return &nodes, json.NewDecoder(response.Body).Decode(&nodes)
}

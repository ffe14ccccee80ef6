module github.com/cdk8s-istio/cdk8s-istio/imports/crds

go 1.26

// Package services writes manifests of any size, for measurements and tests.
package services

import (
	"fmt"
	"strings"
)

// Manifests writes the objects of n services, spread over 50 namespaces: a Gateway, a VirtualService, a DestinationRule, an
// AuthorizationPolicy and a PeerAuthentication each, all without fault; and with workloads what these refer to.
func Manifests(n int, workloads bool) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, istioObjects, fmt.Sprintf("svc-%04d", i), fmt.Sprintf("ns-%02d", i%50))
	}
	if !workloads {
		return text.String()
	}
	for i := range min(n, 50) {
		fmt.Fprintf(&text, namespaceObject, fmt.Sprintf("ns-%02d", i))
	}
	text.WriteString(ingress)
	for i := range n {
		fmt.Fprintf(&text, workloadObjects, fmt.Sprintf("svc-%04d", i), fmt.Sprintf("ns-%02d", i%50))
	}
	return text.String()
}

const istioObjects = `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: %[1]s
  namespace: %[2]s
spec:
  selector:
    istio: ingressgateway
  servers:
  - port:
      number: 443
      name: https
      protocol: HTTPS
    hosts:
    - %[1]s.example.com
    tls:
      mode: SIMPLE
      credentialName: %[1]s-cert
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: %[1]s
  namespace: %[2]s
spec:
  hosts:
  - %[1]s.example.com
  gateways:
  - %[1]s
  http:
  - match:
    - uri:
        prefix: /api
      headers:
        x-canary:
          exact: "true"
    route:
    - destination:
        host: %[1]s.%[2]s.svc.cluster.local
        subset: canary
        port:
          number: 8080
    timeout: 5s
    retries:
      attempts: 3
      perTryTimeout: 2s
      retryOn: 5xx,reset
  - route:
    - destination:
        host: %[1]s.%[2]s.svc.cluster.local
        subset: stable
        port:
          number: 8080
      weight: 90
    - destination:
        host: %[1]s.%[2]s.svc.cluster.local
        subset: canary
        port:
          number: 8080
      weight: 10
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: %[1]s
  namespace: %[2]s
spec:
  host: %[1]s.%[2]s.svc.cluster.local
  trafficPolicy:
    connectionPool:
      tcp:
        maxConnections: 100
      http:
        http1MaxPendingRequests: 100
    outlierDetection:
      consecutive5xxErrors: 5
      interval: 10s
      baseEjectionTime: 30s
  subsets:
  - name: stable
    labels:
      version: v1
  - name: canary
    labels:
      version: v2
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: %[1]s
  namespace: %[2]s
spec:
  selector:
    matchLabels:
      app: %[1]s
  action: ALLOW
  rules:
  - from:
    - source:
        principals:
        - cluster.local/ns/istio-system/sa/istio-ingressgateway
    to:
    - operation:
        methods:
        - GET
        - POST
        paths:
        - /api*
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: %[1]s
  namespace: %[2]s
spec:
  selector:
    matchLabels:
      app: %[1]s
  mtls:
    mode: STRICT
`

const namespaceObject = `---
apiVersion: v1
kind: Namespace
metadata:
  name: %[1]s
  labels:
    istio-injection: enabled
`

const ingress = `---
apiVersion: v1
kind: Service
metadata:
  name: istio-ingressgateway
  namespace: istio-system
spec:
  selector:
    istio: ingressgateway
  ports:
  - name: https
    port: 443
    targetPort: 443
    protocol: TCP
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istio-ingressgateway
  namespace: istio-system
spec:
  selector:
    matchLabels:
      istio: ingressgateway
  template:
    metadata:
      labels:
        istio: ingressgateway
    spec:
      containers:
      - name: istio-proxy
        image: istio/proxyv2
`

const workloadObjects = `---
apiVersion: v1
kind: Service
metadata:
  name: %[1]s
  namespace: %[2]s
spec:
  selector:
    app: %[1]s
  ports:
  - name: http
    port: 8080
    protocol: TCP
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: %[1]s-v1
  namespace: %[2]s
spec:
  selector:
    matchLabels:
      app: %[1]s
      version: v1
  template:
    metadata:
      labels:
        app: %[1]s
        version: v1
    spec:
      containers:
      - name: app
        image: app
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: %[1]s-v2
  namespace: %[2]s
spec:
  selector:
    matchLabels:
      app: %[1]s
      version: v2
  template:
    metadata:
      labels:
        app: %[1]s
        version: v2
    spec:
      containers:
      - name: app
        image: app
`

package report

import "github.com/hashicorp/go-multierror"

// Messages takes apart what Istio's validators put together: one text for each error.
func Messages(errs ...error) []string {
	var texts []string
	for _, err := range errs {
		switch err := err.(type) {
		case nil:
		case *multierror.Error:
			texts = append(texts, Messages(err.Errors...)...)
		default:
			texts = append(texts, err.Error())
		}
	}
	return texts
}

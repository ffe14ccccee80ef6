// With an assembly file in the package, mesh.go may declare a function of another package without its body.

"""Many patients at once: compiled vector code, one patient in every SIMD lane.

A model's equations become straight-line vector code for this machine (`kernels`, `stepping`),
compiled in process by LLVM (`machine`) and kept on disk. A loop that knows no model (`driver`,
`moments`) moves the lanes: each has its own patient, time and step, and takes the next patient
when its own is done. The method is a Rosenbrock method (`tableau`): implicit, for stiff models,
but without iterations, so lanes never wait for one another.
"""

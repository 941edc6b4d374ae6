package embedrl.tensor.tornado;

/** One task of a program: a kernel, its parameters and how much work there is (elements, results or tiles, see {@link Kernel.Shape}). */
record Launch(Kernel kernel, int[] parameters, int work) {
}

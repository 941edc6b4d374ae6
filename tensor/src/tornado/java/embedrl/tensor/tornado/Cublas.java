package embedrl.tensor.tornado;

import embedrl.tensor.TensorException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/** What products need of NVIDIA's cuBLAS, by the foreign function interface. */
final class Cublas {
    private static final List<String> NAMES = List.of("libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so");
    private static final int FLOAT32 = 0;                 // CUDA_R_32F
    private static final int EXACT = 68;                  // CUBLAS_COMPUTE_32F
    private static final int INPUTS_MAY_BE_BFLOAT16 = 75; // CUBLAS_COMPUTE_32F_FAST_16BF
    private static final int DEFAULT_ALGORITHM = -1;

    private final MethodHandle create;
    private final MethodHandle destroy;
    private final MethodHandle setStream;
    private final MethodHandle multiply;

    private static final class Found {
        static final Optional<Cublas> CUBLAS = NAMES.stream().map(Found::library).flatMap(Optional::stream).findFirst().map(Cublas::new);

        private static Optional<SymbolLookup> library(String name) {
            try {
                return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException _) {
                return Optional.empty();   // another name may be there
            }
        }
    }

    private Cublas(SymbolLookup library) {
        var a = ValueLayout.ADDRESS;
        var i = ValueLayout.JAVA_INT;
        var l = ValueLayout.JAVA_LONG;
        create = bound(library, "cublasCreate_v2", FunctionDescriptor.of(i, a));
        destroy = bound(library, "cublasDestroy_v2", FunctionDescriptor.of(i, a));
        setStream = bound(library, "cublasSetStream_v2", FunctionDescriptor.of(i, a, a));
        // handle, operations, sizes, alpha, A, type, ld, stride, B …, beta, C …, count, arithmetic, algorithm; pointers of the device travel as numbers
        multiply = bound(library, "cublasGemmStridedBatchedEx", FunctionDescriptor.of(i, a, i, i, i, i, i, a, l, i, i, l, l, i, i, l, a, l, i, i, l, i, i, i));
    }

    private static MethodHandle bound(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    /** The library, where it can be loaded. */
    static Optional<Cublas> find() {
        return Found.CUBLAS;
    }

    /** A handle whose calls go to a CUDA stream. */
    MemorySegment create(long stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(ValueLayout.ADDRESS);
            check("cublasCreate", () -> (int) create.invokeExact(place));
            MemorySegment handle = place.get(ValueLayout.ADDRESS, 0);
            check("cublasSetStream", () -> (int) setStream.invokeExact(handle, MemorySegment.ofAddress(stream)));
            return handle;
        }
    }

    void destroy(MemorySegment handle) {
        check("cublasDestroy", () -> (int) destroy.invokeExact(handle));
    }

    /**
     * y[b] = A[b] · B[b] for the parameters at {@code at} of {@code p}: [m, n, k, A, A row stride, A column stride, A batch stride, B, B row stride, B column stride, B batch stride, y,
     * matrices]. cuBLAS counts along columns: it is given the transposed product, yᵀ = Bᵀ · Aᵀ.
     *
     * @param arena address of the FLOAT32 arena on the device
     */
    void multiply(MemorySegment handle, int[] p, int at, long arena, boolean bfloat16) {
        int m = p[at];
        int n = p[at + 1];
        int k = p[at + 2];
        boolean plainA = p[at + 5] == 1;
        boolean plainB = p[at + 9] == 1;
        try (Arena local = Arena.ofConfined()) {
            MemorySegment one = local.allocateFrom(ValueLayout.JAVA_FLOAT, 1);
            MemorySegment zero = local.allocateFrom(ValueLayout.JAVA_FLOAT, 0);
            check("cublasGemmStridedBatchedEx", () -> (int) multiply.invokeExact(handle, plainB ? 0 : 1, plainA ? 0 : 1, n, m, k, one, arena + 4L * p[at + 7], FLOAT32, plainB ? n : k,
                    (long) p[at + 10], arena + 4L * p[at + 3], FLOAT32, plainA ? k : m, (long) p[at + 6], zero, arena + 4L * p[at + 11], FLOAT32, n, (long) m * n, p[at + 12],
                    bfloat16 ? INPUTS_MAY_BE_BFLOAT16 : EXACT, DEFAULT_ALGORITHM));
        }
    }

    /** A call that gives a status, 0 for success. A method handle declares that it throws everything. */
    private interface Call {
        int run() throws Throwable;
    }

    private static void check(String function, Call call) {
        int status;
        try {
            status = call.run();
        } catch (Throwable failure) {
            throw new IllegalStateException(function + ": " + failure.getMessage(), failure);
        }
        if (status != 0) throw new TensorException(function + " failed with status " + status + "; leave the option cublas out, or give the device more free memory");
    }
}

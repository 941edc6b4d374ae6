package embedrl.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/** Matrix products of OpenBLAS, called through the foreign-function interface on memory outside of the heap. */
final class OpenBlasGemm extends GemmSide {
    private static final String LIBRARY = "libopenblas.so.0";
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;
    private static final int TRANSPOSED = 112;

    private final MethodHandle sgemm;
    private final String name;

    OpenBlasGemm(int threads, boolean quick) throws PeerMissing {
        super(quick);
        SymbolLookup library = library();
        var linker = Linker.nativeLinker();
        var i = ValueLayout.JAVA_INT;
        var f = ValueLayout.JAVA_FLOAT;
        var a = ValueLayout.ADDRESS;
        sgemm = linker.downcallHandle(library.findOrThrow("cblas_sgemm"), FunctionDescriptor.ofVoid(i, i, i, i, i, i, f, a, i, a, i, f, a, i));
        name = ForeignCall.of("openblas", () -> {
            linker.downcallHandle(library.findOrThrow("openblas_set_num_threads"), FunctionDescriptor.ofVoid(i)).invokeExact(threads);
            var core = (MemorySegment) linker.downcallHandle(library.findOrThrow("openblas_get_config"), FunctionDescriptor.of(a)).invokeExact();
            return core.reinterpret(Long.MAX_VALUE).getString(0);
        });
    }

    private static SymbolLookup library() throws PeerMissing {
        try {
            return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        } catch (IllegalArgumentException absent) {
            throw new PeerMissing(LIBRARY + " is not installed (Debian: apt install libopenblas0-pthread)");
        }
    }

    @Override
    Product product(GemmCase c) {
        Arena arena = Arena.ofConfined();
        MemorySegment a = matrix(arena, GemmCase.values(c.batch() * c.m() * c.k()));
        MemorySegment b = matrix(arena, GemmCase.values(c.batch() * c.k() * c.n()));
        MemorySegment y = matrix(arena, new float[c.batch() * c.m() * c.n()]);
        return new Product() {
            @Override
            public void run() {
                for (int e = 0; e < c.batch(); e++)
                    multiply(c, a.asSlice(4L * e * c.m() * c.k()), b.asSlice(4L * e * c.k() * c.n()), y.asSlice(4L * e * c.m() * c.n()));
            }

            @Override
            public float[] result() {
                return y.toArray(ValueLayout.JAVA_FLOAT);
            }

            @Override
            public void close() {
                arena.close();
            }
        };
    }

    /** A copy that begins a cache line. */
    private static MemorySegment matrix(Arena arena, float[] values) {
        return arena.allocate(4L * values.length, 64).copyFrom(MemorySegment.ofArray(values));
    }

    private void multiply(GemmCase c, MemorySegment a, MemorySegment b, MemorySegment y) {
        ForeignCall.of("openblas", () -> {
            sgemm.invokeExact(ROW_MAJOR, c.transposeA() ? TRANSPOSED : PLAIN, c.transposeB() ? TRANSPOSED : PLAIN, c.m(), c.n(), c.k(), 1f, a,
                    c.transposeA() ? c.m() : c.k(), b, c.transposeB() ? c.k() : c.n(), 0f, y, c.n());
            return null;
        });
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", name);
    }
}

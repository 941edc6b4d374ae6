package embedrl.tensor.tornado;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.runtime.common.TornadoXPUDevice;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryContext;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryInvocation;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoLibraryProvider;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoNativeStreamSupport;

/**
 * Lets a library task of TornadoVM multiply parts of an arena. TornadoVM's own cuBLAS tasks take whole arrays, and sizes that are fixed when a graph is made; here both are read from a
 * {@link Product} when the task runs, so that one graph serves all products of all programs. TornadoVM finds this class as a service.
 */
public final class CublasProvider implements TornadoLibraryProvider {
    private static final String LIBRARY = "embedrl/cublas";

    /** Which product is next: parameters as {@link Cublas#multiply} takes them. */
    static final class Product {
        private final boolean bfloat16;
        private int[] parameters;
        private int at;

        Product(boolean bfloat16) {
            this.bfloat16 = bfloat16;
        }

        void next(int[] parameters, int at) {
            this.parameters = parameters;
            this.at = at;
        }
    }

    private record Context(Cublas cublas, MemorySegment handle) implements LibraryContext {
    }

    /** The task that multiplies what {@code product} says. */
    static LibraryTaskDescriptor task(Product product, FloatArray floats, IntArray ints, IntArray launch) {
        return new LibraryTaskDescriptor().withLibrary(LIBRARY).withFunction("multiply").withParameters(new Object[] {floats, ints, launch})
                .withAccess(new Access[] {Access.READ_WRITE, Access.READ_ONLY, Access.READ_ONLY}).withTuning(product);
    }

    @Override
    public String libraryName() {
        return LIBRARY;
    }

    @Override
    public boolean canHandle(TornadoXPUDevice device) {
        return device instanceof TornadoNativeStreamSupport && Cublas.find().isPresent();
    }

    @Override
    public LibraryContext createContext(TornadoXPUDevice device, long executionPlanId) {
        Cublas cublas = Cublas.find().orElseThrow();
        return new Context(cublas, cublas.create(((TornadoNativeStreamSupport) device).getNativeStream(executionPlanId)));
    }

    @Override
    public void dispatch(String function, LibraryInvocation call) {
        Context context = (Context) call.getContext();
        Product product = (Product) call.getTuning();
        context.cublas.multiply(context.handle, product.parameters, product.at, call.getDevicePointer(0), product.bfloat16);
    }

    @Override
    public void destroyContext(LibraryContext context) {
        ((Context) context).cublas.destroy(((Context) context).handle);
    }
}

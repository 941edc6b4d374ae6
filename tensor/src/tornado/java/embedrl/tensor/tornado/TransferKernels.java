package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Copies between small transfer arrays and the arena, so that a part of the arena can travel. The launch itself holds [row unused, count, offset]. */
final class TransferKernels {
    private TransferKernels() {
    }

    static void floatsUp(KernelContext c, IntArray launch, FloatArray a, IntArray n, FloatArray stage) {
        int i = c.globalIdx;
        if (i < launch.get(1)) a.set(launch.get(2) + i, stage.get(i));
    }

    static void floatsDown(KernelContext c, IntArray launch, FloatArray a, IntArray n, FloatArray stage) {
        int i = c.globalIdx;
        if (i < launch.get(1)) stage.set(i, a.get(launch.get(2) + i));
    }

    static void intsUp(KernelContext c, IntArray launch, FloatArray a, IntArray n, IntArray stage) {
        int i = c.globalIdx;
        if (i < launch.get(1)) n.set(launch.get(2) + i, stage.get(i));
    }

    static void intsDown(KernelContext c, IntArray launch, FloatArray a, IntArray n, IntArray stage) {
        int i = c.globalIdx;
        if (i < launch.get(1)) stage.set(i, n.get(launch.get(2) + i));
    }
}

package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Vectors of 16 elements in kernels for processors. TornadoVM reads vectors from arrays of its vector types only; made of 16 neighboring elements, they become one load or
 * store each in the driver's compiler.
 */
final class Vectors {
    static final int ELEMENTS = 16;

    private Vectors() {
    }

    static Float16 zeros() {
        return new Float16(0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f);
    }

    /** Elements at … at + 15. */
    static Float16 load(FloatArray a, int at) {
        return new Float16(a.get(at), a.get(at + 1), a.get(at + 2), a.get(at + 3), a.get(at + 4), a.get(at + 5), a.get(at + 6), a.get(at + 7), a.get(at + 8), a.get(at + 9), a.get(at + 10),
                a.get(at + 11), a.get(at + 12), a.get(at + 13), a.get(at + 14), a.get(at + 15));
    }

    /** Sets elements at … at + 15. */
    static void store(FloatArray a, int at, Float16 v) {
        a.set(at, v.getS0());
        a.set(at + 1, v.getS1());
        a.set(at + 2, v.getS2());
        a.set(at + 3, v.getS3());
        a.set(at + 4, v.getS4());
        a.set(at + 5, v.getS5());
        a.set(at + 6, v.getS6());
        a.set(at + 7, v.getS7());
        a.set(at + 8, v.getS8());
        a.set(at + 9, v.getS9());
        a.set(at + 10, v.getS10());
        a.set(at + 11, v.getS11());
        a.set(at + 12, v.getS12());
        a.set(at + 13, v.getS13());
        a.set(at + 14, v.getS14());
        a.set(at + 15, v.getS15());
    }

    /** Elements at … at + 15 of private memory. */
    static Float16 load(float[] a, int at) {
        return new Float16(a[at], a[at + 1], a[at + 2], a[at + 3], a[at + 4], a[at + 5], a[at + 6], a[at + 7], a[at + 8], a[at + 9], a[at + 10], a[at + 11], a[at + 12], a[at + 13], a[at + 14], a[at + 15]);
    }

    /** Sets elements at … at + 15 of private memory. */
    static void store(float[] a, int at, Float16 v) {
        a[at] = v.getS0();
        a[at + 1] = v.getS1();
        a[at + 2] = v.getS2();
        a[at + 3] = v.getS3();
        a[at + 4] = v.getS4();
        a[at + 5] = v.getS5();
        a[at + 6] = v.getS6();
        a[at + 7] = v.getS7();
        a[at + 8] = v.getS8();
        a[at + 9] = v.getS9();
        a[at + 10] = v.getS10();
        a[at + 11] = v.getS11();
        a[at + 12] = v.getS12();
        a[at + 13] = v.getS13();
        a[at + 14] = v.getS14();
        a[at + 15] = v.getS15();
    }

    /** Σ x[i] · y[i] over {@code width} elements, a multiple of 16; the sixteen sums are added as a tree. */
    static float dot(FloatArray a, int x, int y, int width) {
        Float16 s = zeros();
        for (int i = 0; i < width; i += 16) s = Float16.add(s, Float16.mult(load(a, x + i), load(a, y + i)));
        float even = ((s.getS0() + s.getS8()) + (s.getS4() + s.getS12())) + ((s.getS2() + s.getS10()) + (s.getS6() + s.getS14()));
        float odd = ((s.getS1() + s.getS9()) + (s.getS5() + s.getS13())) + ((s.getS3() + s.getS11()) + (s.getS7() + s.getS15()));
        return even + odd;
    }
}

package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Fused elementwise chains as one task: an interpreter whose program lies on the device. Each work item computes {@link #LANES} elements at a time, so that reading an
 * instruction is paid once per eight elements; intermediate values stay in private memory. Processors have {@link BlockChainKernels}.
 *
 * <p>Parameters: [elements, result, operands, instructions, slot of the result], then per operand [mode, offset, inner, count], then per instruction
 * [opcode, slot, a, b, c]. Lane l of item i of a group of L items has element group · 8L + i + l · L, so that neighboring items read neighboring elements.
 */
final class ChainKernels {
    static final int LANES = 8;
    static final int SLOTS = 32;
    static final int HEADER = 5;
    static final int OPERAND = 4;
    static final int INSTRUCTION = 5;

    /** How an operand is read. */
    static final int SCALAR = 0;
    static final int FULL = 1;
    static final int STRETCHED = 2;
    static final int INT_STRETCHED = 3;

    /** Opcodes behind those of {@code UnaryKind} (from 0) and {@code BinaryKind} (from 32). */
    static final int BINARY = 32;
    static final int SELECT = 64;
    static final int LOAD = 65;

    private ChainKernels() {
    }

    /** One chain; at most {@link #SLOTS} values are alive at a time. */
    static void chain(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int elements = n.get(r);
        int step = c.localGroupSizeX;
        int base = c.groupIdx * (LANES * step) + c.localIdx;
        if (base < elements) {
            float[] v = new float[256]   /* LANES · SLOTS */;
            int operands = n.get(r + 2);
            int at = r + HEADER;
            for (int o = 0; o < operands; o++) {
                int mode = n.get(at);
                int offset = n.get(at + 1);
                int slot = o * LANES;
                if (mode == SCALAR) {
                    float x = a.get(offset);
                    for (int l = 0; l < LANES; l++) v[slot + l] = x;
                } else if (mode == FULL) {
                    for (int l = 0; l < LANES; l++) {
                        int i = base + l * step;
                        v[slot + l] = a.get(offset + (i < elements ? i : elements - 1));
                    }
                } else {
                    int inner = n.get(at + 2);
                    int count = n.get(at + 3);
                    for (int l = 0; l < LANES; l++) {
                        int i = base + l * step;
                        int e = offset + (i < elements ? i : elements - 1) / inner % count;
                        v[slot + l] = mode == STRETCHED ? a.get(e) : (float) n.get(e);
                    }
                }
                at = at + OPERAND;
            }
            int instructions = n.get(r + 3);
            for (int k = 0; k < instructions; k++) {
                int code = n.get(at);
                int d = n.get(at + 1) * LANES;
                int x = n.get(at + 2) * LANES;
                int y = n.get(at + 3) * LANES;
                int z = n.get(at + 4);
                if (code == LOAD) {
                    float value = a.get(z);
                    for (int l = 0; l < LANES; l++) v[d + l] = value;
                } else if (code == SELECT) {
                    int other = z * LANES;
                    for (int l = 0; l < LANES; l++) v[d + l] = v[x + l] != 0 ? v[y + l] : v[other + l];
                } else if (code >= BINARY) {
                    switch (code) {
                        case 32:
                            for (int l = 0; l < LANES; l++) v[d + l] = v[x + l] + v[y + l];
                            break;
                        case 33:
                            for (int l = 0; l < LANES; l++) v[d + l] = v[x + l] - v[y + l];
                            break;
                        case 34:
                            for (int l = 0; l < LANES; l++) v[d + l] = v[x + l] * v[y + l];
                            break;
                        case 35:
                            for (int l = 0; l < LANES; l++) v[d + l] = v[x + l] / v[y + l];
                            break;
                        case 36:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.max(v[x + l], v[y + l]);
                            break;
                        case 37:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.min(v[x + l], v[y + l]);
                            break;
                        case 38:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.power(v[x + l], v[y + l]);
                            break;
                        case 39:
                            for (int l = 0; l < LANES; l++) v[d + l] = v[x + l] < v[y + l] ? 1.0f : 0.0f;
                            break;
                        case 40:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.lessEqual(v[x + l], v[y + l]);
                            break;
                        default:
                            for (int l = 0; l < LANES; l++) v[d + l] = v[x + l] == v[y + l] ? 1.0f : 0.0f;
                            break;
                    }
                } else {
                    switch (code) {
                        case 0:
                            for (int l = 0; l < LANES; l++) v[d + l] = -v[x + l];
                            break;
                        case 1:
                            for (int l = 0; l < LANES; l++) v[d + l] = TornadoMath.abs(v[x + l]);
                            break;
                        case 2:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.sign(v[x + l]);
                            break;
                        case 3:
                            for (int l = 0; l < LANES; l++) v[d + l] = TornadoMath.floor(v[x + l]);
                            break;
                        case 4:
                            for (int l = 0; l < LANES; l++) v[d + l] = v[x + l] * v[x + l];
                            break;
                        case 5:
                            for (int l = 0; l < LANES; l++) v[d + l] = TornadoMath.sqrt(v[x + l]);
                            break;
                        case 6:
                            for (int l = 0; l < LANES; l++) v[d + l] = 1.0f / TornadoMath.sqrt(v[x + l]);
                            break;
                        case 7:
                            for (int l = 0; l < LANES; l++) v[d + l] = 1.0f / v[x + l];
                            break;
                        case 8:
                            for (int l = 0; l < LANES; l++) v[d + l] = TornadoMath.exp(v[x + l]);
                            break;
                        case 9:
                            for (int l = 0; l < LANES; l++) v[d + l] = TornadoMath.log(v[x + l]);
                            break;
                        case 10:
                            for (int l = 0; l < LANES; l++) v[d + l] = TornadoMath.sin(v[x + l]);
                            break;
                        case 11:
                            for (int l = 0; l < LANES; l++) v[d + l] = TornadoMath.cos(v[x + l]);
                            break;
                        case 12:
                            for (int l = 0; l < LANES; l++) v[d + l] = TornadoMath.tanh(v[x + l]);
                            break;
                        case 13:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.sigmoid(v[x + l]);
                            break;
                        case 14:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.erf(v[x + l]);
                            break;
                        case 15:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.max(v[x + l], 0.0f);
                            break;
                        case 16:
                            for (int l = 0; l < LANES; l++) v[d + l] = v[x + l] * Functions.sigmoid(v[x + l]);
                            break;
                        case 17:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.geluTanh(v[x + l]);
                            break;
                        case 18:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.geluErf(v[x + l]);
                            break;
                        default:
                            for (int l = 0; l < LANES; l++) v[d + l] = Functions.geluErfDerivative(v[x + l]);
                            break;
                    }
                }
                at = at + INSTRUCTION;
            }
            int result = n.get(r + 1);
            int slot = n.get(r + 4) * LANES;
            for (int l = 0; l < LANES; l++) {
                int i = base + l * step;
                if (i < elements) a.set(result + i, v[slot + l]);
            }
        }
    }
}

package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The interpreter of {@link ChainKernels} for processors: an item computes a block of {@link #BLOCK} elements. An instruction is read once per block and is a loop over
 * neighbors that the driver's compiler can make vectors of: {@link ChainCode} never gives a result the slot of an operand. Intermediate values lie in private memory: of a usual chain,
 * a few KiB.
 *
 * <p>Parameters as of {@link ChainKernels}.
 */
final class BlockChainKernels {
    static final int BLOCK = 256;

    private BlockChainKernels() {
    }

    /** One chain; at most {@link ChainKernels#SLOTS} values are alive at a time. */
    static void chain(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int base = c.groupIdx * BLOCK;
        int rest = n.get(r) - base;
        int lanes = rest < BLOCK ? rest : BLOCK;
        float[] v = new float[BLOCK * ChainKernels.SLOTS];
        int operands = n.get(r + 2);
        int at = r + ChainKernels.HEADER;
        for (int o = 0; o < operands; o++) {
            int mode = n.get(at);
            int offset = n.get(at + 1);
            int slot = o * BLOCK;
            if (mode == ChainKernels.SCALAR) {
                float x = a.get(offset);
                for (int l = 0; l < lanes; l++) v[slot + l] = x;
            } else if (mode == ChainKernels.FULL) {
                int from = offset + base;
                int l = 0;
                for (; l < lanes - 15; l += 16) Vectors.store(v, slot + l, Vectors.load(a, from + l));
                for (; l < lanes; l++) v[slot + l] = a.get(from + l);
            } else {
                // runs of neighbors, or of one element, instead of a division per element
                int inner = n.get(at + 2);
                int count = n.get(at + 3);
                int block = base / inner;
                int used = base - block * inner;   // of the present element's run
                int e = block % count;
                int l = 0;
                while (l < lanes) {
                    int left = inner == 1 ? count - e : inner - used;
                    int end = left < lanes - l ? l + left : lanes;
                    if (mode == ChainKernels.INT_STRETCHED) {
                        for (int i = l; i < end; i++) v[slot + i] = (float) n.get(offset + e + (inner == 1 ? i - l : 0));
                    } else if (inner == 1) {
                        int from = offset + e - l;
                        for (int i = l; i < end; i++) v[slot + i] = a.get(from + i);
                    } else {
                        float x = a.get(offset + e);
                        for (int i = l; i < end; i++) v[slot + i] = x;
                    }
                    l = end;
                    used = 0;
                    e = inner == 1 ? 0 : e + 1;
                    if (e == count) e = 0;
                }
            }
            at = at + ChainKernels.OPERAND;
        }
        int instructions = n.get(r + 3);
        for (int k = 0; k < instructions; k++) {
            int code = n.get(at);
            int d = n.get(at + 1) * BLOCK;
            int x = n.get(at + 2) * BLOCK;
            int y = n.get(at + 3) * BLOCK;
            int z = n.get(at + 4);
            if (code == ChainKernels.LOAD) {
                float value = a.get(z);
                for (int l = 0; l < lanes; l++) v[d + l] = value;
            } else if (code == ChainKernels.SELECT) {
                int other = z * BLOCK;
                for (int l = 0; l < lanes; l++) v[d + l] = v[x + l] != 0 ? v[y + l] : v[other + l];
            } else if (code >= ChainKernels.BINARY) {
                switch (code) {
                    case 32:
                        for (int l = 0; l < lanes; l++) v[d + l] = v[x + l] + v[y + l];
                        break;
                    case 33:
                        for (int l = 0; l < lanes; l++) v[d + l] = v[x + l] - v[y + l];
                        break;
                    case 34:
                        for (int l = 0; l < lanes; l++) v[d + l] = v[x + l] * v[y + l];
                        break;
                    case 35:
                        for (int l = 0; l < lanes; l++) v[d + l] = v[x + l] / v[y + l];
                        break;
                    case 36:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.max(v[x + l], v[y + l]);
                        break;
                    case 37:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.min(v[x + l], v[y + l]);
                        break;
                    case 38:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.power(v[x + l], v[y + l]);
                        break;
                    case 39:
                        for (int l = 0; l < lanes; l++) v[d + l] = v[x + l] < v[y + l] ? 1.0f : 0.0f;
                        break;
                    case 40:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.lessEqual(v[x + l], v[y + l]);
                        break;
                    default:
                        for (int l = 0; l < lanes; l++) v[d + l] = v[x + l] == v[y + l] ? 1.0f : 0.0f;
                        break;
                }
            } else {
                switch (code) {
                    case 0:
                        for (int l = 0; l < lanes; l++) v[d + l] = -v[x + l];
                        break;
                    case 1:
                        for (int l = 0; l < lanes; l++) v[d + l] = TornadoMath.abs(v[x + l]);
                        break;
                    case 2:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.sign(v[x + l]);
                        break;
                    case 3:
                        for (int l = 0; l < lanes; l++) v[d + l] = TornadoMath.floor(v[x + l]);
                        break;
                    case 4:
                        for (int l = 0; l < lanes; l++) v[d + l] = v[x + l] * v[x + l];
                        break;
                    case 5:
                        for (int l = 0; l < lanes; l++) v[d + l] = TornadoMath.sqrt(v[x + l]);
                        break;
                    case 6:
                        for (int l = 0; l < lanes; l++) v[d + l] = 1.0f / TornadoMath.sqrt(v[x + l]);
                        break;
                    case 7:
                        for (int l = 0; l < lanes; l++) v[d + l] = 1.0f / v[x + l];
                        break;
                    case 8:
                        for (int l = 0; l < lanes; l++) v[d + l] = TornadoMath.exp(v[x + l]);
                        break;
                    case 9:
                        for (int l = 0; l < lanes; l++) v[d + l] = TornadoMath.log(v[x + l]);
                        break;
                    case 10:
                        for (int l = 0; l < lanes; l++) v[d + l] = TornadoMath.sin(v[x + l]);
                        break;
                    case 11:
                        for (int l = 0; l < lanes; l++) v[d + l] = TornadoMath.cos(v[x + l]);
                        break;
                    case 12:
                        for (int l = 0; l < lanes; l++) v[d + l] = TornadoMath.tanh(v[x + l]);
                        break;
                    case 13:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.sigmoid(v[x + l]);
                        break;
                    case 14:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.erf(v[x + l]);
                        break;
                    case 15:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.max(v[x + l], 0.0f);
                        break;
                    case 16:
                        for (int l = 0; l < lanes; l++) v[d + l] = v[x + l] * Functions.sigmoid(v[x + l]);
                        break;
                    case 17:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.geluTanh(v[x + l]);
                        break;
                    case 18:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.geluErf(v[x + l]);
                        break;
                    default:
                        for (int l = 0; l < lanes; l++) v[d + l] = Functions.geluErfDerivative(v[x + l]);
                        break;
                }
            }
            at = at + ChainKernels.INSTRUCTION;
        }
        int result = n.get(r + 1) + base;
        int slot = n.get(r + 4) * BLOCK;
        int l = 0;
        for (; l < lanes - 15; l += 16) Vectors.store(a, result + l, Vectors.load(v, slot + l));
        for (; l < lanes; l++) a.set(result + l, v[slot + l]);
    }
}

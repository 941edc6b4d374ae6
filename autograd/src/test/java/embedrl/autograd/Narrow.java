package embedrl.autograd;

import embedrl.tensor.BlockFormats;
import embedrl.tensor.Buffer;
import embedrl.tensor.Conversions;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorType;

/** Random values in the narrow types. */
final class Narrow {
    private Narrow() {
    }

    /** Normal values rounded to the type; random blocks with small scales where the type is only read. */
    static HostTensor normal(DType type, String name, int... sizes) {
        if (!type.isBlock() || BlockFormats.quantizes(type)) return HostTensor.copyOf(Conversions.convert(Values.normal(name, sizes).toBuffer(), type));
        Buffer blocks = Buffer.allocate(new TensorType(type, Shape.of(sizes)));
        Seed seed = Seed.of(11).split(name);
        byte[] bytes = blocks.blocks();
        int first = blocks.offset();
        for (int i = first; i < bytes.length; i++) bytes[i] = (byte) seed.below(256, i - first);
        for (int at = first; at < bytes.length; at += type.blockBytes()) {
            if (type == DType.Q6_K) half(0x0800, bytes, at + 208);   // 2⁻¹³
            else {
                half(0x1400, bytes, at);                             // 2⁻¹⁰
                half(0x1C00, bytes, at + 2);                         // 2⁻⁸
            }
        }
        return HostTensor.copyOf(blocks);
    }

    private static void half(int bits, byte[] bytes, int at) {
        bytes[at] = (byte) bits;
        bytes[at + 1] = (byte) (bits >> 8);
    }
}

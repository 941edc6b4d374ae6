package embedrl.models.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Compares the parts of the WebP decoders with encoders and formulas in floating point. */
class Vp8Test {
    /** An arithmetic encoder that keeps all bits in one number: slow, and without carries to think of. */
    private static final class BoolWriter {
        private BigInteger low = BigInteger.ZERO;
        private int range = 255;
        private int shifts;

        void bit(int bit, int probability) {
            int split = 1 + ((range - 1) * probability >> 8);
            if (bit != 0) {
                low = low.add(BigInteger.valueOf(split));
                range -= split;
            } else {
                range = split;
            }
            while (range < 128) {
                range <<= 1;
                low = low.shiftLeft(1);
                shifts++;
            }
        }

        byte[] bytes() {
            int length = (shifts + 8 + 7) / 8;
            byte[] all = low.shiftLeft(8 * length - shifts - 8).toByteArray();
            byte[] result = new byte[length];
            int copied = Math.min(length, all.length);
            System.arraycopy(all, all.length - copied, result, length - copied, copied);
            return result;
        }
    }

    @Test
    void readsWhatAnEncoderWrote() {
        var random = new SplittableRandom(5);
        int count = 3000;
        int[] bits = new int[count];
        int[] probabilities = new int[count];
        var writer = new BoolWriter();
        for (int i = 0; i < count; i++) {
            probabilities[i] = random.nextInt(1, 256);
            bits[i] = random.nextInt(256) < probabilities[i] ? 0 : 1;
            writer.bit(bits[i], probabilities[i]);
        }
        byte[] bytes = writer.bytes();
        var in = new Vp8BoolReader(bytes, 0, bytes.length);
        for (int i = 0; i < count; i++) {
            assertThat(in.bit(probabilities[i])).as("bit %d", i).isEqualTo(bits[i]);
        }
        assertThat(in.exhausted()).isFalse();
        in.number(24);
        assertThat(in.exhausted()).isTrue();
    }

    @Test
    void numbers() {
        var writer = new BoolWriter();
        int[] bits = {1, 0, 1, 1, /* signed */ 1, 1, 0, 1, /* optional */ 1, 0, 1, 0, /* none */ 0};
        for (int bit : bits) {
            writer.bit(bit, 128);
        }
        byte[] bytes = writer.bytes();
        var in = new Vp8BoolReader(bytes, 0, bytes.length);
        assertThat(in.number(4)).isEqualTo(11);
        assertThat(in.signed(3)).isEqualTo(-6);
        assertThat(in.optional(2)).isEqualTo(1);
        assertThat(in.optional(2)).isZero();
    }

    @Test
    void cosineTransform() {
        var random = new SplittableRandom(6);
        for (int round = 0; round < 200; round++) {
            short[] values = new short[16];
            for (int i = 0; i < 16; i++) {
                values[i] = (short) random.nextInt(-120, 121);
            }
            var plane = new Vp8Plane(16, 16);
            for (int y = 0; y < 4; y++) {
                plane.fill(plane.at(4, 8 + y), 4, 128);
            }
            Vp8Transforms.add(values, 0, plane, 4, 8);
            for (int y = 0; y < 4; y++) {
                for (int x = 0; x < 4; x++) {
                    double sum = 0;
                    for (int v = 0; v < 4; v++) {
                        for (int u = 0; u < 4; u++) {
                            sum += values[4 * v + u] * basis(u, x) * basis(v, y);
                        }
                    }
                    assertThat((double) plane.get(plane.at(4 + x, 8 + y))).isEqualTo(Math.clamp(128 + sum / 8, 0, 255), within(1.5));
                }
            }
            values = new short[] {(short) (round - 100), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
            var flat = new Vp8Plane(16, 16);
            var full = new Vp8Plane(16, 16);
            Vp8Transforms.addFlat(values[0], flat, 0, 0);
            Vp8Transforms.add(values, 0, full, 0, 0);
            assertThat(flat.get(flat.at(3, 2))).isEqualTo(full.get(full.at(3, 2)));
        }
    }

    // Of the transform's own scale: the first is 1, the others √2 cos.
    private static double basis(int frequency, int place) {
        return frequency == 0 ? 1 : Math.sqrt(2) * Math.cos((2 * place + 1) * frequency * Math.PI / 8);
    }

    @Test
    void hadamardTransform() {
        short[] values = new short[25 * 16];
        for (int i = 0; i < 16; i++) {
            values[24 * 16 + i] = (short) (i * i - 40);
        }
        Vp8Transforms.spread(values, 24 * 16);
        int[][] signs = {{1, 1, 1, 1}, {1, 1, -1, -1}, {1, -1, -1, 1}, {1, -1, 1, -1}};
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                int sum = 3;
                for (int v = 0; v < 4; v++) {
                    for (int u = 0; u < 4; u++) {
                        sum += values[24 * 16 + 4 * v + u] * signs[u][x] * signs[v][y];
                    }
                }
                assertThat(values[16 * (4 * y + x)]).as("block %d, %d", y, x).isEqualTo((short) (sum >> 3));
            }
        }
    }

    @Test
    void predictionAtTheBorder() {
        var plane = new Vp8Plane(32, 32);
        Vp8Prediction.predict(plane, 0, 0, 16, Vp8Mode.DC);
        assertThat(plane.get(plane.at(7, 7))).isEqualTo(128);
        Vp8Prediction.predict(plane, 16, 0, 16, Vp8Mode.VERTICAL);
        assertThat(plane.get(plane.at(20, 9))).isEqualTo(127);
        Vp8Prediction.predict(plane, 0, 16, 16, Vp8Mode.HORIZONTAL);
        assertThat(plane.get(plane.at(3, 20))).isEqualTo(129);
        // Left 129, above 127, mean 128; without the border only one side counts.
        Vp8Prediction.predict(plane, 16, 16, 16, Vp8Mode.DC);
        assertThat(plane.get(plane.at(31, 31))).isEqualTo(128);
        Vp8Prediction.predict(plane, 16, 0, 16, Vp8Mode.DC);
        assertThat(plane.get(plane.at(16, 0))).isEqualTo(128);
        Vp8Prediction.predict(plane, 16, 16, 16, Vp8Mode.TRUE_MOTION);
        assertThat(plane.get(plane.at(18, 18))).isEqualTo(129 + 128 - 128);
    }

    @Test
    void bitsOfLosslessPictures() {
        var in = new Vp8lBits(new byte[] {(byte) 0b1011_0101, 0x12, 0x34, 0x56}, 0, 4);
        assertThat(in.number(3)).isEqualTo(0b101);
        assertThat(in.flag()).isFalse();
        assertThat(in.number(4)).isEqualTo(0b1011);
        assertThat(in.number(24)).isEqualTo(0x563412);
        assertThat(in.peek(15)).isZero();
        assertThat(in.exhausted()).isFalse();
        in.skip(1);
        assertThat(in.exhausted()).isTrue();
        assertThatExceptionOfType(MalformedMedia.class).isThrownBy(in::check).withMessage("WebP: the lossless picture is truncated");
    }

    @Test
    void prefixCodes() throws MalformedMedia {
        // Lengths 1, 2, 3 … 14, 15, 15: symbol i is i ones and a zero, from the lowest bit.
        byte[] lengths = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15};
        Vp8lCode code = Vp8lCode.of(lengths);
        for (int symbol = 0; symbol < 16; symbol++) {
            int bits = (1 << symbol) - 1;
            var in = new Vp8lBits(new byte[] {(byte) bits, (byte) (bits >> 8)}, 0, 2);
            assertThat(code.next(in)).isEqualTo(symbol);
            assertThat(in.exhausted()).isFalse();
        }
        var none = new Vp8lBits(new byte[0], 0, 0);
        assertThat(Vp8lCode.of(new byte[] {0, 0, 7, 0}).next(none)).as("alone").isEqualTo(2);
        assertThat(none.exhausted()).isFalse();
        assertThatExceptionOfType(MalformedMedia.class).isThrownBy(() -> Vp8lCode.of(new byte[] {1, 2})).withMessage("WebP: a prefix code is incomplete");
        assertThatExceptionOfType(MalformedMedia.class).isThrownBy(() -> Vp8lCode.of(new byte[] {1, 1, 2})).withMessage("WebP: a prefix code is over-full");
        assertThatExceptionOfType(MalformedMedia.class).isThrownBy(() -> Vp8lCode.of(new byte[4])).withMessage("WebP: a prefix code is incomplete");
    }
}

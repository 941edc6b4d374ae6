package embedrl.models.media;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages files: flipped bits, overwritten numbers, cut ends, removed and repeated pieces, pieces of other files. */
final class Mutations {
    private final SplittableRandom random;
    private final List<byte[]> seeds;

    Mutations(long seed, List<byte[]> seeds) {
        this.random = new SplittableRandom(seed);
        this.seeds = seeds;
    }

    /** One of the files with 1 to 4 damages. */
    byte[] next() {
        byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
        for (int times = 1 + random.nextInt(4); times > 0 && bytes.length > 1; times--) {
            bytes = damaged(bytes);
        }
        return bytes;
    }

    private byte[] damaged(byte[] bytes) {
        // Half of the damages hit the first bytes, where headers stand.
        int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(bytes.length, 200));
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> {
                int[] values = {0, 1, 0x7f, 0x80, 0xff};
                int value = values[random.nextInt(values.length)];
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(4)), (byte) value);
            }
            case 3 -> {
                return Arrays.copyOf(bytes, Math.max(1, at));
            }
            case 4 -> {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(32));
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, end, bytes.length));
            }
            case 5 -> {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(64));
                return joined(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, at, bytes.length));
            }
            default -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int from = random.nextInt(other.length);
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(other, from, other.length));
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] head, byte[] tail) {
        byte[] all = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return all;
    }
}

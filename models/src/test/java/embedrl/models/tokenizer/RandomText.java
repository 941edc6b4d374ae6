package embedrl.models.tokenizer;

import java.util.SplittableRandom;

/** Seeded texts that mix scripts, digits, white space, marks and characters outside the basic plane. */
final class RandomText {
    private static final int[][] RANGES = {
        {' ', '~'}, {'a', 'z'}, {'0', '9'}, {' ', ' '}, {'\t', '\r'}, {0xa0, 0x17f}, {0x300, 0x36f}, {0x391, 0x3c9}, {0x5d0, 0x5ea},
        {0x900, 0x97f}, {0x1100, 0x11ff}, {0x2000, 0x206f}, {0x2160, 0x2188}, {0x3041, 0x30ff}, {0x4e00, 0x4fff}, {0xac00, 0xad00},
        {0xfff0, 0xffff}, {0x1d400, 0x1d7ff}, {0x1f300, 0x1f6ff}, {0xe0020, 0xe007f}
    };

    private RandomText() {}

    static String next(SplittableRandom random, int longest) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(longest + 1);
        while (text.length() < length) {
            int[] range = RANGES[random.nextInt(RANGES.length)];
            for (int run = random.nextInt(1, 5); run > 0; run--) {
                text.appendCodePoint(random.nextInt(range[0], range[1] + 1));
            }
        }
        return text.toString();
    }
}

package embedrl.examples.parity;

import java.util.ArrayList;
import java.util.List;

/**
 * Texts made of characters of many scripts and of pieces that tokenizers treat in their own ways, the same for the same seed anywhere.
 *
 * <p>The draws are the upper 31 bits of Knuth's 64-bit linear congruential generator.
 */
final class GeneratedTexts {
    // First character and number of characters.
    private static final int[][] BLOCKS = {{0x20, 95}, {0x20, 95}, {0xa0, 352}, {0x300, 112}, {0x370, 144}, {0x400, 256}, {0x590, 112}, {0x600, 256},
        {0x900, 384}, {0xe00, 128}, {0x1100, 256}, {0x1e00, 512}, {0x2000, 112}, {0x20a0, 32}, {0x2100, 256}, {0x2460, 160}, {0x3040, 192}, {0x4e00, 20900},
        {0xac00, 11172}, {0xff00, 240}, {0x1f300, 720}, {0x9, 5}};
    private static final List<String> PIECES = List.of(" ", "  ", "\n", "\n\n", "\r\n", "\t", " the", " and", "'s", "'LL", " 2024", " 3.14", "e\u0301",
            "def f(x):\n    return x", "<|im_end|>", "<think>", "\u200d", "\ufe0f", "\u00a0", "\u3000", "http://");
    private static final int MOST_PARTS = 40;
    private static final int MOST_CHARACTERS = 12;

    private long state;

    private GeneratedTexts(long seed) {
        state = seed;
    }

    static List<String> of(long seed, int count) {
        GeneratedTexts generator = new GeneratedTexts(seed);
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(generator.text());
        }
        return texts;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int parts = 1 + draw(MOST_PARTS); parts > 0; parts--) {
            if (draw(3) == 0) {
                text.append(PIECES.get(draw(PIECES.size())));
                continue;
            }
            int[] block = BLOCKS[draw(BLOCKS.length)];
            for (int characters = 1 + draw(MOST_CHARACTERS); characters > 0; characters--) {
                text.appendCodePoint(block[0] + draw(block[1]));
            }
        }
        return text.toString();
    }

    private int draw(int bound) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        return (int) ((state >>> 33) % bound);
    }
}

package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossyUtf8Test {
    /** The first rows are the examples of the Unicode standard, tables 3-8 to 3-11. */
    @ParameterizedTest
    @CsvSource({
        "C0AFE080BFF0818241, 8, A", "EDA080EDBFBFEDAF41, 8, A", "F4919293FF4180BF42, 5, A;2;B", "E180E2F09192F1BF41, 4, A",
        "EDA080, 3, ''", "F09F98, 1, ''", "F09F9880, 0, \ud83d\ude00", "E6B0B4, 0, 水", "F48FBFBF, 0, \udbff\udfff", "F5808080, 4, ''", "C2, 1, ''",
    })
    void replacesEachLongestBeginning(String hex, int replaced, String rest) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        String[] parts = rest.split(";");
        String expected = "\ufffd".repeat(replaced) + parts[0] + (parts.length == 3 ? "\ufffd".repeat(Integer.parseInt(parts[1])) + parts[2] : "");
        assertThat(LossyUtf8.decode(bytes, 0, bytes.length)).isEqualTo(expected);
    }

    @Test
    void agreesWithTheJdkExceptOnSurrogates() {
        SplittableRandom random = new SplittableRandom(6);
        int[] likely = {0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xe6, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff};
        for (int trial = 0; trial < 100_000; trial++) {
            byte[] bytes = new byte[random.nextInt(8)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) likely[random.nextInt(likely.length)];
            }
            assertThat(LossyUtf8.decode(bytes, 0, bytes.length)).as(HexFormat.of().formatHex(bytes)).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** A cut before the incomplete tail decodes as the whole does. */
    @Test
    void everyCutAtTheTailIsClean() {
        SplittableRandom random = new SplittableRandom(7);
        for (int trial = 0; trial < 100_000; trial++) {
            byte[] bytes = new byte[random.nextInt(10)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] |= (byte) (random.nextInt(4) > 0 ? 0x80 : 0);
            }
            int cut = random.nextInt(bytes.length + 1);
            int clean = cut - LossyUtf8.incompleteTail(Arrays.copyOf(bytes, cut));
            assertThat(LossyUtf8.decode(bytes, 0, clean) + LossyUtf8.decode(bytes, clean, bytes.length))
                    .as(HexFormat.of().formatHex(bytes) + " at " + cut).isEqualTo(LossyUtf8.decode(bytes, 0, bytes.length));
        }
    }
}

package embedrl.datasets.scenes;

import java.awt.Color;
import java.awt.Graphics2D;

/** Draws words in capital letters of 5 × 7 dots, so that pages look the same on machines with and without fonts. */
final class PixelFont {
    /** Dots from the top to the bottom of a letter. */
    static final int HEIGHT = 7;
    private static final int LETTER = 5;
    /** Seven rows a letter from A to Z, five bits a row, the highest bit at the left. */
    private static final int[][] ROWS = {
        {14, 17, 17, 31, 17, 17, 17}, {30, 17, 17, 30, 17, 17, 30}, {14, 17, 16, 16, 16, 17, 14}, {30, 17, 17, 17, 17, 17, 30},
        {31, 16, 16, 30, 16, 16, 31}, {31, 16, 16, 30, 16, 16, 16}, {14, 17, 16, 23, 17, 17, 15}, {17, 17, 17, 31, 17, 17, 17},
        {14, 4, 4, 4, 4, 4, 14}, {7, 2, 2, 2, 2, 18, 12}, {17, 18, 20, 24, 20, 18, 17}, {16, 16, 16, 16, 16, 16, 31},
        {17, 27, 21, 21, 17, 17, 17}, {17, 25, 21, 19, 17, 17, 17}, {14, 17, 17, 17, 17, 17, 14}, {30, 17, 17, 30, 16, 16, 16},
        {14, 17, 17, 17, 21, 18, 13}, {30, 17, 17, 30, 20, 18, 17}, {15, 16, 16, 14, 1, 1, 30}, {31, 4, 4, 4, 4, 4, 4},
        {17, 17, 17, 17, 17, 17, 14}, {17, 17, 17, 17, 17, 10, 4}, {17, 17, 17, 21, 21, 27, 17}, {17, 17, 10, 4, 10, 17, 17},
        {17, 17, 10, 4, 4, 4, 4}, {31, 1, 2, 4, 8, 16, 31},
    };

    private PixelFont() {}

    /** Returns the width of a word in dots. */
    static int width(String word) {
        return word.length() * (LETTER + 1) - 1;
    }

    /** Draws a lower-case word with its top left corner at (x, y); a dot is scale × scale pixels. */
    static void draw(Graphics2D graphics, String word, int x, int y, int scale, Color ink) {
        graphics.setColor(ink);
        for (int i = 0; i < word.length(); i++) {
            int[] rows = ROWS[word.charAt(i) - 'a'];
            for (int row = 0; row < HEIGHT; row++) {
                for (int column = 0; column < LETTER; column++) {
                    if ((rows[row] >> (LETTER - 1 - column) & 1) == 1) {
                        graphics.fillRect(x + (i * (LETTER + 1) + column) * scale, y + row * scale, scale, scale);
                    }
                }
            }
        }
    }
}

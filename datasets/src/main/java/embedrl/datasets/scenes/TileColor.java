package embedrl.datasets.scenes;

import java.awt.Color;
import java.util.Locale;

/** Lists the well separated tile colors and the ink that shows on each. */
public enum TileColor {
    RED(0xC8102E, Color.WHITE),
    GREEN(0x1E9E4A, Color.WHITE),
    BLUE(0x2457D6, Color.WHITE),
    YELLOW(0xFFD92B, new Color(0x202020)),
    PURPLE(0x8A2FB8, Color.WHITE),
    ORANGE(0xFF8412, new Color(0x202020));

    private final Color color;
    private final Color ink;

    TileColor(int rgb, Color ink) {
        this.color = new Color(rgb);
        this.ink = ink;
    }

    /** Returns the lower-case name as texts write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the color of the tile. */
    public Color color() {
        return color;
    }

    /** Returns the color of the glyph on the tile. */
    public Color ink() {
        return ink;
    }
}

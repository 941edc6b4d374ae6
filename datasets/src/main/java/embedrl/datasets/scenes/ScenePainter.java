package embedrl.datasets.scenes;

import embedrl.datasets.SeededRandom;
import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Paints things, scenes and backgrounds; what is painted depends on the content alone.
 *
 * <p>Tiles are cached and shared. Thread-safe.
 */
public final class ScenePainter {
    /** Side of a scene in pixels. */
    public static final int CANVAS = 128;
    /** Side of a cell in pixels. */
    public static final int CELL = CANVAS / Cell.GRID;
    private static final int NOISE = 6;

    private record TileKey(Thing thing, int size) {}

    private final Art art;
    private final Map<TileKey, BufferedImage> tiles = new ConcurrentHashMap<>();

    /** @param art draws the glyphs */
    public ScenePainter(Art art) {
        this.art = art;
    }

    /** Returns the colored square with the glyph in its central three quarters, [size, size], size in pixels. The image is shared: do not draw on it. */
    public BufferedImage tile(Thing thing, int size) {
        return tiles.computeIfAbsent(new TileKey(thing, size), this::paintTile);
    }

    private BufferedImage paintTile(TileKey key) {
        int size = key.size();
        TileColor color = key.thing().color();
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(color.color().darker());
        graphics.fillRect(0, 0, size, size);
        int edge = Math.max(1, size / 32);
        graphics.setColor(color.color());
        graphics.fillRect(edge, edge, size - 2 * edge, size - 2 * edge);
        int glyph = size * 3 / 4;
        graphics.setComposite(AlphaComposite.SrcOver);
        graphics.drawImage(art.draw(key.thing().concept(), glyph, color.ink()), (size - glyph) / 2, (size - glyph) / 2, null);
        graphics.dispose();
        return image;
    }

    /** Returns a fresh tile whose brightness and noise depend on a name. */
    BufferedImage noisyTile(Thing thing, int size, String name) {
        int[] pixels = tile(thing, size).getRGB(0, 0, size, size, null, 0, size);
        SeededRandom random = new SeededRandom(SeededRandom.hash(name));
        int shift = random.between(-2 * NOISE, 2 * NOISE);
        for (int i = 0; i < pixels.length; i++) {
            int step = shift + random.between(-NOISE, NOISE);
            int red = Math.clamp((pixels[i] >> 16 & 0xFF) + step, 0, 255);
            int green = Math.clamp((pixels[i] >> 8 & 0xFF) + step, 0, 255);
            int blue = Math.clamp((pixels[i] & 0xFF) + step, 0, 255);
            pixels[i] = red << 16 | green << 8 | blue;
        }
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, size, size, pixels, 0, size);
        return image;
    }

    /** Paints a scene, [128, 128]: a light noisy ground and each thing exactly in its cell. */
    public BufferedImage scene(Scene scene) {
        return paint(scene, scene.id());
    }

    /** Paints a scene on the ground that belongs to a name, so that the frames of a video share one ground. */
    BufferedImage paint(Scene scene, String groundName) {
        BufferedImage image = ground(CANVAS, CANVAS, groundName);
        Graphics2D graphics = image.createGraphics();
        for (Placed item : scene.items()) {
            graphics.drawImage(tile(item.thing(), CELL), item.cell().column() * CELL, item.cell().row() * CELL, null);
        }
        graphics.dispose();
        return image;
    }

    /** Paints a light ground whose shade and noise depend on a name. */
    static BufferedImage ground(int width, int height, String name) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        SeededRandom random = new SeededRandom(SeededRandom.hash(name));
        int shade = random.between(232, 248);
        for (int i = 0; i < pixels.length; i += 8) {
            long bits = random.next();
            for (int j = i; j < Math.min(i + 8, pixels.length); j++, bits >>>= 8) {
                int gray = shade + (int) ((bits & 0xFF) * (2 * NOISE + 1) >>> 8) - NOISE;
                pixels[j] = gray * 0x010101;
            }
        }
        return image;
    }
}

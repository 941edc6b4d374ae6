package embedrl.datasets.scenes;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kordamp.ikonli.fontawesome5.FontAwesomeSolid;

/** Draws the concepts of the built-in set from the outlines of an icon font, which is on the class path. Thread-safe. */
public final class IconArt implements Art {
    private static final String FONT = "/META-INF/resources/fontawesome5/5.15.3/fonts/fa-solid-900.ttf";

    private record Glyph(Concept concept, FontAwesomeSolid icon) {}

    private static final List<Glyph> TRAINING = List.of(
            glyph("cup", FontAwesomeSolid.MUG_HOT, "mug", "coffee", "tea", "drink"),
            glyph("car", FontAwesomeSolid.CAR, "automobile", "vehicle", "drive"),
            glyph("tree", FontAwesomeSolid.TREE, "forest", "plant", "pine"),
            glyph("key", FontAwesomeSolid.KEY, "unlock", "password", "door"),
            glyph("fish", FontAwesomeSolid.FISH, "animal", "sea", "swim"),
            glyph("star", FontAwesomeSolid.STAR, "favorite", "night", "rating"),
            glyph("heart", FontAwesomeSolid.HEART, "love", "like", "romance"),
            glyph("moon", FontAwesomeSolid.MOON, "night", "crescent", "sky"),
            glyph("bell", FontAwesomeSolid.BELL, "ring", "alarm", "alert"),
            glyph("bird", FontAwesomeSolid.DOVE, "animal", "dove", "fly"),
            glyph("plane", FontAwesomeSolid.PLANE, "airplane", "flight", "travel"),
            glyph("house", FontAwesomeSolid.HOME, "home", "building", "live"),
            glyph("umbrella", FontAwesomeSolid.UMBRELLA, "rain", "weather", "shelter"),
            glyph("book", FontAwesomeSolid.BOOK, "read", "library", "study"),
            glyph("crown", FontAwesomeSolid.CROWN, "king", "queen", "royal"),
            glyph("hammer", FontAwesomeSolid.HAMMER, "tool", "build", "nail"),
            glyph("lock", FontAwesomeSolid.LOCK, "closed", "security", "padlock"),
            glyph("cloud", FontAwesomeSolid.CLOUD, "weather", "sky", "rain"),
            glyph("flag", FontAwesomeSolid.FLAG, "banner", "country", "signal"),
            glyph("bike", FontAwesomeSolid.BICYCLE, "bicycle", "ride", "cycle"),
            glyph("cat", FontAwesomeSolid.CAT, "animal", "pet", "kitten"),
            glyph("apple", FontAwesomeSolid.APPLE_ALT, "fruit", "food", "healthy"),
            glyph("scissors", FontAwesomeSolid.CUT, "cut", "tool", "paper"),
            glyph("guitar", FontAwesomeSolid.GUITAR, "music", "instrument", "strings"));

    private static final List<Glyph> UNSEEN = List.of(
            glyph("anchor", FontAwesomeSolid.ANCHOR, "ship", "harbor", "sea"),
            glyph("ghost", FontAwesomeSolid.GHOST, "spirit", "spooky", "halloween"),
            glyph("gift", FontAwesomeSolid.GIFT, "present", "birthday", "box"),
            glyph("horse", FontAwesomeSolid.HORSE, "animal", "ride", "farm"),
            glyph("ship", FontAwesomeSolid.SHIP, "boat", "sea", "travel"),
            glyph("sun", FontAwesomeSolid.SUN, "day", "weather", "bright"),
            glyph("leaf", FontAwesomeSolid.LEAF, "plant", "nature", "green"),
            glyph("spider", FontAwesomeSolid.SPIDER, "animal", "insect", "web"),
            glyph("chair", FontAwesomeSolid.CHAIR, "seat", "sit", "furniture"),
            glyph("rocket", FontAwesomeSolid.ROCKET, "space", "launch", "fast"));

    private final Map<String, Shape> outlines = new LinkedHashMap<>();

    /** Loads the font. */
    public IconArt() {
        Font font = load();
        FontRenderContext context = new FontRenderContext(null, true, true);
        for (List<Glyph> glyphs : List.of(TRAINING, UNSEEN)) {
            for (Glyph glyph : glyphs) {
                String text = Character.toString(glyph.icon().getCode());
                if (font.canDisplayUpTo(text) >= 0) {
                    throw new IllegalStateException("icon art: the font has no glyph U+" + Integer.toHexString(glyph.icon().getCode()) + " for '"
                            + glyph.concept().name() + "'");
                }
                outlines.put(glyph.concept().name(), font.createGlyphVector(context, text).getOutline());
            }
        }
    }

    private static Font load() {
        try (InputStream in = FontAwesomeSolid.class.getResourceAsStream(FONT)) {
            if (in == null) {
                throw new IllegalStateException("icon art: the class path lacks the icon font " + FONT);
            }
            return Font.createFont(Font.TRUETYPE_FONT, in).deriveFont(512f);
        } catch (IOException e) {
            throw new UncheckedIOException("icon art: cannot read the icon font " + FONT, e);
        } catch (FontFormatException e) {
            throw new IllegalStateException("icon art: the icon font " + FONT + " is damaged", e);
        }
    }

    private static Glyph glyph(String name, FontAwesomeSolid icon, String... tags) {
        return new Glyph(new Concept(name, List.of(tags)), icon);
    }

    @Override
    public String name() {
        return "icons";
    }

    @Override
    public String source() {
        return "Font Awesome Free 5.15.3 Solid, from the Maven artifact org.kordamp.ikonli:ikonli-fontawesome5-pack:12.4.0";
    }

    @Override
    public String license() {
        return "SIL OFL 1.1 (font: Fonticons, Inc.), Apache-2.0 (artifact)";
    }

    @Override
    public List<Concept> training() {
        return TRAINING.stream().map(Glyph::concept).toList();
    }

    @Override
    public List<Concept> unseen() {
        return UNSEEN.stream().map(Glyph::concept).toList();
    }

    @Override
    public BufferedImage draw(String name, int size, Color ink) {
        Shape outline = outlines.get(name);
        if (outline == null) {
            throw new IllegalArgumentException("icon art: no concept '" + name + "', only " + outlines.keySet());
        }
        Rectangle2D bounds = outline.getBounds2D();
        double scale = size / Math.max(bounds.getWidth(), bounds.getHeight());
        AffineTransform fit = AffineTransform.getTranslateInstance(size / 2.0, size / 2.0);
        fit.scale(scale, scale);
        fit.translate(-bounds.getCenterX(), -bounds.getCenterY());
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(ink);
        graphics.fill(fit.createTransformedShape(outline));
        graphics.dispose();
        return image;
    }
}

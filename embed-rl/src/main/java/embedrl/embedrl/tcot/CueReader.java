package embedrl.embedrl.tcot;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Finds the JSON objects in free text and merges their cues.
 *
 * <p>A streaming reader, because a tuned model repeats keys within one object and a map would keep only the last of them. An object that
 * is not complete or not valid JSON counts for nothing; the search goes on behind its opening brace. Never throws on any text.
 */
public final class CueReader {

    /** Cues are flat; the bound keeps a text of nothing but braces from costing more than its length. Objects deeper inside are found on their own. */
    private static final int MAX_DEPTH = 16;

    /** NaN and Infinity are read as numbers, so that they spoil their own box and not the whole object. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final List<double[]> boxes = new ArrayList<>();
    private final List<Long> frames = new ArrayList<>();
    private final List<String> keywords = new ArrayList<>();

    private CueReader() {
    }

    /** The merged cues of all JSON objects in the text; empty lists if there are none. */
    public static Cue read(String text) {
        char[] characters = text.toCharArray();
        var merged = new CueReader();
        int at = text.indexOf('{');
        while (at >= 0) {
            int end = merged.readObject(characters, at);
            at = text.indexOf('{', end);
        }
        return new Cue(merged.boxes, merged.frames, merged.keywords);
    }

    /** Adds the cues of the object at a brace and returns where the search goes on. */
    private int readObject(char[] text, int brace) {
        var found = new CueReader();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text, brace, text.length - brace)) {
            parser.nextToken();
            found.object(parser);
            boxes.addAll(found.boxes);
            frames.addAll(found.frames);
            keywords.addAll(found.keywords);
            return brace + (int) parser.currentLocation().getCharOffset();
        } catch (JacksonException notAnObject) {
            return brace + 1;   // prose with a brace, or an object cut off by the token limit: by definition no cue
        }
    }

    private void object(JsonParser parser) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            switch (key) {
                case TCotTags.BBOX_2D -> addBoxes(value);
                case TCotTags.KEY_FRAMES -> addFrames(value);
                case TCotTags.TEXT_KEYWORDS -> addKeywords(value);
                default -> { }   // other keys carry no evidence; objects nested in them were read by value()
            }
        }
    }

    /** A value as List, Long, Double, String, or this reader itself for everything that no cue is made of. */
    private Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_ARRAY -> {
                var list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case START_OBJECT -> {
                object(parser);
                yield this;
            }
            case VALUE_NUMBER_INT -> {
                double number = parser.getDoubleValue();
                yield Math.abs(number) <= Integer.MAX_VALUE ? (Object) parser.getLongValue() : (Object) number;
            }
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_STRING -> parser.getString();
            default -> this;
        };
    }

    private void addBoxes(Object value) {
        if (!(value instanceof List<?> list)) {
            return;
        }
        boolean flat = list.size() == 4 && list.stream().allMatch(entry -> entry instanceof Number);
        if (flat) {
            boxes.add(corners(list));
            return;
        }
        for (Object entry : list) {
            if (entry instanceof List<?> box) {
                boxes.add(corners(box));
            }
        }
    }

    private static double[] corners(List<?> box) {
        return box.stream().mapToDouble(entry -> entry instanceof Number number ? number.doubleValue() : Double.NaN).toArray();
    }

    private void addFrames(Object value) {
        if (value instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof Long frame) {
                    frames.add(frame);
                }
            }
        }
    }

    private void addKeywords(Object value) {
        if (value instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof String keyword) {
                    keywords.add(keyword);
                }
            }
        }
    }
}

package embedrl.embedrl.tcot;

import embedrl.datasets.Box;
import embedrl.datasets.Trace;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** The cue of a T-CoT that we write ourselves, one kind per kind of item. */
public sealed interface Evidence {

    /** The cue as the JSON object that stands at the end of the thinking prose. */
    String json();

    /** Words and phrases of an item that is text. */
    record Keywords(List<String> words) implements Evidence {
        private static final JsonMapper JSON = JsonMapper.builder().build();

        public Keywords {
            words = List.copyOf(words);
        }

        @Override
        public String json() {
            return object(TCotTags.TEXT_KEYWORDS, words.stream().map(JSON::writeValueAsString).collect(Collectors.joining(", ")));
        }
    }

    /** Boxes of a picture: x1, y1, x2, y2 on the 0…1000 grid. */
    record Boxes(List<Box> boxes) implements Evidence {
        public Boxes {
            boxes = List.copyOf(boxes);
        }

        @Override
        public String json() {
            return object(TCotTags.BBOX_2D, boxes.stream()
                    .map(b -> "[" + b.x1() + ", " + b.y1() + ", " + b.x2() + ", " + b.y2() + "]")
                    .collect(Collectors.joining(", ")));
        }
    }

    /** Key frames of a video: 1-based positions in the list of frames shown. */
    record KeyFrames(List<Integer> frames) implements Evidence {
        public KeyFrames {
            frames = List.copyOf(frames);
        }

        @Override
        public String json() {
            return object(TCotTags.KEY_FRAMES, frames.stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
    }

    /** The evidence of a trace: the one kind that it has. */
    static Evidence of(Trace trace) {
        if (!trace.boxes().isEmpty()) {
            return new Boxes(trace.boxes());
        }
        return trace.keyFrames().isEmpty() ? new Keywords(trace.keywords()) : new KeyFrames(trace.keyFrames());
    }

    private static String object(String key, String entries) {
        return "{\"" + key + "\": [" + entries + "]}";
    }
}

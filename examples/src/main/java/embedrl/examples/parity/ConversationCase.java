package embedrl.examples.parity;

import embedrl.models.chat.ChatMessage;
import embedrl.models.chat.ConversationTemplate;
import embedrl.models.image.ImagePreprocessing;
import embedrl.models.image.PatchSettings;
import embedrl.models.image.SmartResize;
import embedrl.models.image.VideoPreprocessing;
import embedrl.models.image.VideoSampling;
import embedrl.models.input.RopePositions;
import embedrl.models.input.Sequence;
import embedrl.models.input.VisualInput;
import embedrl.models.message.ChatTemplate;
import embedrl.models.message.Content;
import embedrl.models.message.ConversationEncoder;
import embedrl.models.message.DynamicImages;
import embedrl.models.tokenizer.BpeTokenizer;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One conversation of a case, encoded, and its results by name. */
final class ConversationCase {
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() { };
    private static final int MIN_FRAMES = 4;
    private static final int MAX_FRAMES = 768;

        private final DynamicImages images;
        private final VideoSampling sampling;   // null where all frames are taken
        private final List<Content> media = new ArrayList<>();
        private final PatchSettings patches = PatchSettings.QWEN3_VL;
        private final String text;
        private final Sequence sequence;
        private final int image;
        private final int video;

        ConversationCase(JsonNode input, ConversationTemplate template, BpeTokenizer tokenizer, ChatTemplate marks) {
            sampling = sampling(input.required("sampling"));
            images = new DynamicImages(new ImagePreprocessing(limits(input.required("images")), patches),
                    new VideoPreprocessing(sampling, limits(input.required("videos")), null, patches));
            List<ChatMessage> messages = new ArrayList<>();
            input.required("messages").forEach(message -> messages.add(message(message)));
            Map<String, Object> variables = JSON.convertValue(input, MAP);
            variables.keySet().removeAll(Set.of("messages", "images", "videos", "sampling"));
            boolean addGenerationPrompt = (Boolean) variables.remove("add_generation_prompt");
            var encoder = new ConversationEncoder(template, tokenizer, marks, images, patches.mergeSize());
            text = encoder.render(messages, addGenerationPrompt, variables);
            sequence = encoder.encode(messages, media, addGenerationPrompt, variables);
            image = tokenizer.id(marks.placeholder());
            video = tokenizer.id(marks.videoPlaceholder());
        }

        Object result(String name) {
            return switch (name) {
                case "text" -> text;
                case "tokens" -> sequence.length();
                case "ids" -> Hashes.of(sequence.tokens());
                case "types" -> Hashes.of(Arrays.stream(sequence.tokens()).map(token -> token == image ? 1 : token == video ? 2 : 0).toArray());
                case "positions" -> {
                    RopePositions positions = RopePositions.of(sequence, patches.mergeSize());
                    yield Hashes.of(IntStream.concat(Arrays.stream(positions.time()), IntStream.concat(Arrays.stream(positions.row()), Arrays.stream(positions.column()))).toArray());
                }
                case "image_grid_thw" -> grids(false);
                case "video_grid_thw" -> grids(true);
                case "pixel_values" -> pixels(false);
                case "pixel_values_videos" -> pixels(true);
                default -> throw new IllegalArgumentException("unknown expectation '" + name + "'");
            };
        }

        private List<Object> grids(boolean videos) {
            List<Object> grids = new ArrayList<>();
            int at = 0;
            for (Content content : media) {
                VisualInput visual = sequence.visuals().get(at);
                if (content instanceof Content.Video == videos) {
                    grids.add(List.of(inputs(content), visual.rows(), visual.columns()));
                }
                at += inputs(content);
            }
            return grids;
        }

        private String pixels(boolean videos) {
            List<VisualInput> chosen = new ArrayList<>();
            int at = 0;
            for (Content content : media) {
                if (content instanceof Content.Video == videos) {
                    chosen.addAll(sequence.visuals().subList(at, at + inputs(content)));
                }
                at += inputs(content);
            }
            ByteBuffer bytes = ByteBuffer.allocate(4 * chosen.stream().mapToInt(v -> v.patches().length).sum()).order(ByteOrder.LITTLE_ENDIAN);
            chosen.forEach(visual -> {
                for (float value : visual.patches()) {
                    bytes.putFloat(value);
                }
            });
            return Hashes.of(bytes.array());
        }

        private int inputs(Content content) {
            return content instanceof Content.Video shown ? Math.ceilDiv(shown.frames().size(), patches.temporalPatchSize()) : 1;
        }

        private SmartResize limits(JsonNode limits) {
            return new SmartResize(patches.factor(), limits.required("min_pixels").longValue(), limits.required("max_pixels").longValue());
        }

        private static VideoSampling sampling(JsonNode node) {
            if (node.isNull()) {
                return null;
            }
            known(node, Set.of("fps", "num_frames"));
            return node.has("fps") ? new VideoSampling(node.required("fps").doubleValue(), null, MIN_FRAMES, MAX_FRAMES)
                    : VideoSampling.ofFrames(node.required("num_frames").intValue());
        }

        private ChatMessage message(JsonNode node) {
            known(node, Set.of("role", "content", "tool_calls", "reasoning_content"));
            List<ChatMessage.Part> parts = new ArrayList<>();
            if (node.required("content").isString()) {
                parts.add(new ChatMessage.Text(node.required("content").stringValue()));
            } else {
                node.required("content").forEach(part -> parts.add(part(part)));
            }
            List<ChatMessage.ToolCall> calls = new ArrayList<>();
            for (JsonNode call : node.path("tool_calls")) {
                JsonNode function = call.required("function");
                calls.add(new ChatMessage.ToolCall(function.required("name").stringValue(), JSON.convertValue(function.required("arguments"), MAP)));
            }
            return new ChatMessage(node.required("role").stringValue(), parts, calls, node.has("reasoning_content") ? node.required("reasoning_content").stringValue() : null);
        }

        private ChatMessage.Part part(JsonNode part) {
            return switch (part.required("type").stringValue()) {
                case "text" -> new ChatMessage.Text(part.required("text").stringValue());
                case "image" -> {
                    media.add(new Content.Image(picture(part, 0)));
                    yield new ChatMessage.Image();
                }
                case "video" -> {
                    int total = part.required("frames").intValue();
                    double fps = part.required("fps").doubleValue();
                    int[] taken = images.videos().pick(total, fps);
                    List<BufferedImage> frames = Arrays.stream(taken).mapToObj(index -> picture(part, index)).toList();
                    media.add(new Content.Video(frames, Arrays.stream(taken).mapToObj(index -> index / fps).toList()));
                    yield new ChatMessage.Video();
                }
                case String other -> throw new IllegalArgumentException("unknown part '" + other + "'");
            };
        }

        private static BufferedImage picture(JsonNode part, int frame) {
            return GeneratedPictures.of(part.required("height").intValue(), part.required("width").intValue(), part.required("seed").intValue() + frame);
        }

    private static void known(JsonNode node, Set<String> names) {
        Set<String> unknown = new HashSet<>(node.propertyNames());
        unknown.removeAll(names);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown fields " + unknown + ", this kind knows " + names);
        }
    }
}

package embedrl.models.message;

import embedrl.models.image.FrameTimes;
import embedrl.models.input.Sequence;
import embedrl.models.input.VisualInput;
import embedrl.models.tokenizer.BpeTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Renders a user turn as a sequence: template, text tokens, and one placeholder per visual token of each image. A video becomes its frame pairs, each with its
 * time before it and vision marks around it.
 */
public final class MessageEncoder {
    private final BpeTokenizer tokenizer;
    private final ChatTemplate template;
    private final ImageEncoder images;
    private final int merge;
    private final List<String> marks;

    /** images: null for a model that reads texts only; merge: side, in patches, of the block that becomes one visual token. */
    public MessageEncoder(BpeTokenizer tokenizer, ChatTemplate template, ImageEncoder images, int merge) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.images = images;
        this.merge = merge;
        this.marks = template.marks();
    }

    public BpeTokenizer tokenizer() {
        return tokenizer;
    }

    /** How pictures become patches; empty for a model that reads texts only. */
    public Optional<ImageEncoder> images() {
        return Optional.ofNullable(images);
    }

    /** The token that ends the assistant's turn; −1, which is no token, where the template has no end. */
    public int endToken() {
        return template.end().isEmpty() ? -1 : tokenizer.encode(template.end())[0];
    }

    /** Id of an image's visual tokens; −1, which is no token, where the template knows no images. */
    public int placeholder() {
        return template.placeholder().isEmpty() ? -1 : tokenizer.id(template.placeholder());
    }

    /** The user's turn up to where the assistant begins. */
    public Sequence prompt(List<Content> content) {
        return encode(content, template.assistant());
    }

    /** The user's turn and a whole assistant's turn. */
    public Sequence turn(List<Content> content, String assistant) {
        return encode(content, template.assistant() + assistant + template.end());
    }

    private Sequence encode(List<Content> content, String after) {
        Rendering rendering = new Rendering();
        rendering.text.append(template.user());
        for (Content part : Content.joined(content))   // joined: a mark must not arise across two texts either
            switch (part) {
                case Content.Text(String words) -> rendering.text.append(withoutMarks(words));
                case Content.Image(var image) -> rendering.visual(seen().subject(image), template.placeholder());
                case Content.Evidence(var image) -> rendering.visual(seen().evidence(image), template.placeholder());
                case Content.Video video -> rendering.video(video);
            }
        rendering.text.append(after);
        return rendering.sequence();
    }

    private ImageEncoder seen() {
        if (images == null) throw new IllegalArgumentException("message: it holds a picture or a video, but the model reads texts only; leave it out, or load a Qwen3-VL model, which sees");
        return images;
    }

    /** The sequence as it grows: tokens so far, and text that is not tokenized yet. */
    private final class Rendering {
        final IntStream.Builder tokens = IntStream.builder();
        final List<VisualInput> visuals = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        boolean video;

        void visual(VisualInput visual, String placeholder) {
            visuals.add(visual);
            text.append(template.visionStart());
            flush();
            int count = visual.rows() * visual.columns() / (merge * merge);
            for (int i = 0; i < count; i++) tokens.add(tokenizer.id(placeholder));
            text.append(template.visionEnd());
        }

        void video(Content.Video content) {
            video = true;
            double[] times = FrameTimes.ofGroups(content.seconds(), seen().framesPerPatch());
            if (template.videoOuterPair()) text.append(template.visionStart());
            List<VisualInput> groups = seen().video(content.frames());
            for (int i = 0; i < groups.size(); i++) {
                text.append(FrameTimes.label(times[i]));
                visual(groups.get(i), template.videoPlaceholder());
            }
            if (template.videoOuterPair()) text.append(template.visionEnd());
        }

        void flush() {
            for (int token : tokenizer.encode(text.toString())) tokens.add(token);
            text.setLength(0);
        }

        Sequence sequence() {
            flush();
            int[] ids = tokens.build().toArray();
            return video ? Sequence.withVideos(ids, placeholder(), tokenizer.id(template.videoPlaceholder()), visuals) : new Sequence(ids, placeholder(), visuals);
        }
    }

    /** A text without the template's marks: what a user or a model writes must not end a turn or claim to be an image. */
    private String withoutMarks(String words) {
        String clean = words;
        for (String before = null; !clean.equals(before); ) {   // again, since a removal can join a new mark
            before = clean;
            for (String mark : marks) clean = clean.replace(mark, "");
        }
        return clean;
    }
}

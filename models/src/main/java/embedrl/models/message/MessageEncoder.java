package embedrl.models.message;

import embedrl.models.input.Sequence;
import embedrl.models.input.VisualInput;
import embedrl.models.tokenizer.BpeTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Renders a user turn as a sequence: template, text tokens, and one placeholder per visual token of each image. */
public final class MessageEncoder {
    private final BpeTokenizer tokenizer;
    private final ChatTemplate template;
    private final ImageEncoder images;
    private final int merge;
    private final List<String> marks;

    /** merge: side, in patches, of the block that becomes one visual token. */
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

    /** The token that ends the assistant's turn. */
    public int endToken() {
        return tokenizer.encode(template.end())[0];
    }

    public int placeholder() {
        return tokenizer.id(template.placeholder());
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
        IntStream.Builder tokens = IntStream.builder();
        List<VisualInput> visuals = new ArrayList<>();
        StringBuilder text = new StringBuilder(template.user());
        for (Content part : Content.joined(content)) {   // joined: a mark must not arise across two texts either
            VisualInput visual = switch (part) {
                case Content.Text(String words) -> {
                    text.append(withoutMarks(words));
                    yield null;
                }
                case Content.Image(var image) -> images.subject(image);
                case Content.Evidence(var image) -> images.evidence(image);
            };
            if (visual == null) continue;
            visuals.add(visual);
            flush(text.append(template.visionStart()), tokens);
            int count = visual.rows() * visual.columns() / (merge * merge);
            for (int i = 0; i < count; i++) tokens.add(placeholder());
            text.append(template.visionEnd());
        }
        flush(text.append(after), tokens);
        return new Sequence(tokens.build().toArray(), placeholder(), visuals);
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

    private void flush(StringBuilder text, IntStream.Builder tokens) {
        for (int token : tokenizer.encode(text.toString())) tokens.add(token);
        text.setLength(0);
    }
}

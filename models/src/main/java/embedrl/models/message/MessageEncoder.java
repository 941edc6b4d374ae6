package embedrl.models.message;

import embedrl.models.input.Sequence;
import embedrl.models.tokenizer.BpeTokenizer;
import java.util.List;
import java.util.Optional;

/**
 * Renders a user turn as a sequence: template, text tokens, and one placeholder per visual token of each image. A video becomes its frame pairs, each with its
 * time before it and vision marks around it.
 */
public final class MessageEncoder {
    private final BpeTokenizer tokenizer;
    private final ChatTemplate template;
    private final ImageEncoder images;
    private final int merge;

    /** images: null for a model that reads texts only; merge: side, in patches, of the block that becomes one visual token. */
    public MessageEncoder(BpeTokenizer tokenizer, ChatTemplate template, ImageEncoder images, int merge) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.images = images;
        this.merge = merge;
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
        SequenceWriter writer = new SequenceWriter(tokenizer, template, images, merge).text(template.user());
        for (Content part : Content.joined(content))   // joined: a mark must not arise across two texts either
            switch (part) {
                case Content.Text(String words) -> writer.text(template.withoutMarks(words));
                case Content.Picture picture -> writer.marked(picture);
                case Content.Video video when template.videoOuterPair() -> writer.text(template.visionStart()).video(video).text(template.visionEnd());
                case Content.Video video -> writer.video(video);
            }
        return writer.text(after).sequence();
    }
}

package embedrl.models.message;

import embedrl.models.image.FrameTimes;
import embedrl.models.input.Sequence;
import embedrl.models.input.VisualInput;
import embedrl.models.tokenizer.BpeTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A sequence as it grows: text that is tokenized from one picture to the next, and one placeholder per visual token of each picture. */
final class SequenceWriter {
    private final BpeTokenizer tokenizer;
    private final ChatTemplate template;
    private final ImageEncoder images;
    private final int merge;
    private final IntStream.Builder tokens = IntStream.builder();
    private final List<VisualInput> visuals = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private boolean video;

    /** images: null for a model that reads texts only; merge: side, in patches, of the block that becomes one visual token. */
    SequenceWriter(BpeTokenizer tokenizer, ChatTemplate template, ImageEncoder images, int merge) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.images = images;
        this.merge = merge;
    }

    /** Appends a text, in which the template's marks count as special tokens. */
    SequenceWriter text(String more) {
        text.append(more);
        return this;
    }

    /** Appends a picture between vision marks. */
    SequenceWriter marked(Content.Picture picture) {
        return text(template.visionStart()).picture(picture).text(template.visionEnd());
    }

    /** Appends the visual tokens of a picture, without marks. */
    SequenceWriter picture(Content.Picture picture) {
        visual(switch (picture) {
            case Content.Image(var image) -> images().subject(image);
            case Content.Evidence(var image) -> images().evidence(image);
        }, template.placeholder());
        return this;
    }

    /** Appends the frame pairs of a video, each with its time before it and vision marks around it. */
    SequenceWriter video(Content.Video content) {
        video = true;
        double[] times = FrameTimes.ofGroups(content.seconds(), images().framesPerPatch());
        List<VisualInput> groups = images().video(content.frames());
        for (int i = 0; i < groups.size(); i++) {
            text.append(FrameTimes.label(times[i])).append(template.visionStart());
            visual(groups.get(i), template.videoPlaceholder());
            text.append(template.visionEnd());
        }
        return this;
    }

    /** What was written. */
    Sequence sequence() {
        flush();
        int[] ids = tokens.build().toArray();
        int image = template.placeholder().isEmpty() ? -1 : tokenizer.id(template.placeholder());   // −1 is no token
        return video ? Sequence.withVideos(ids, image, tokenizer.id(template.videoPlaceholder()), visuals) : new Sequence(ids, image, visuals);
    }

    private void visual(VisualInput visual, String placeholder) {
        flush();
        visuals.add(visual);
        int id = tokenizer.id(placeholder);
        for (int left = visual.rows() * visual.columns() / (merge * merge); left > 0; left--) tokens.add(id);
    }

    private void flush() {
        for (int token : tokenizer.encode(text.toString())) tokens.add(token);
        text.setLength(0);
    }

    private ImageEncoder images() {
        if (images == null) throw new IllegalArgumentException("message: it holds a picture or a video, but the model reads texts only; leave it out, or load a Qwen3-VL model, which sees");
        return images;
    }
}

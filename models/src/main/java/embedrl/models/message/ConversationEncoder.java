package embedrl.models.message;

import embedrl.models.chat.ChatMessage;
import embedrl.models.chat.ConversationTemplate;
import embedrl.models.input.Sequence;
import embedrl.models.tokenizer.BpeTokenizer;
import java.util.List;
import java.util.Map;

/**
 * Renders a whole conversation as a sequence: the checkpoint's own template for turns of any role, tools and tool calls, and each place of a picture or a video
 * filled with its visual tokens. Source: Qwen3-VL, processor.
 */
public final class ConversationEncoder {
    private final ConversationTemplate conversation;
    private final BpeTokenizer tokenizer;
    private final ChatTemplate marks;
    private final ImageEncoder images;
    private final int merge;

    /**
     * An encoder.
     *
     * @param conversation writes one placeholder at each place of a picture or a video
     * @param marks        tells the placeholders and the vision marks; its turns are not used
     * @param images       null for a model that reads texts only
     * @param merge        side, in patches, of the block that becomes one visual token
     */
    public ConversationEncoder(ConversationTemplate conversation, BpeTokenizer tokenizer, ChatTemplate marks, ImageEncoder images, int merge) {
        this.conversation = conversation;
        this.tokenizer = tokenizer;
        this.marks = marks;
        this.images = images;
        this.merge = merge;
    }

    /** The text of a conversation before its pictures are filled in; marks in what is said are removed, and neighboring texts joined. */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ?> variables) {
        return conversation.render(messages.stream().map(message -> message.withTexts(marks::withoutMarks)).toList(), addGenerationPrompt, variables);
    }

    /**
     * The sequence of a conversation.
     *
     * @param media               pictures and videos, in the order of their places in the messages
     * @param addGenerationPrompt whether the beginning of the assistant's answer follows
     * @param variables           further variables of the template, such as {@code tools} or {@code add_vision_id}
     * @throws IllegalArgumentException where media and the places that the template wrote do not fit each other
     */
    public Sequence encode(List<ChatMessage> messages, List<? extends Content> media, boolean addGenerationPrompt, Map<String, ?> variables) {
        String text = render(messages, addGenerationPrompt, variables);
        SequenceWriter writer = new SequenceWriter(tokenizer, marks, images, merge);
        int from = 0;
        for (int i = 0; i < media.size(); i++) {
            Place place = next(text, from);
            if (place == null) throw new IllegalArgumentException("conversation: there are " + media.size() + " pictures and videos, but the template wrote " + i + " places for them");
            writer.text(text.substring(from, place.start));
            switch (media.get(i)) {
                case Content.Picture picture when !place.video -> writer.picture(picture);
                case Content.Video video when place.video -> writer.video(video);
                case Content other -> throw new IllegalArgumentException("conversation: place " + i + " is one of a " + (place.video ? "video" : "picture") + ", got a "
                        + kind(other));
            }
            from = place.end;
        }
        if (next(text, from) != null) throw new IllegalArgumentException("conversation: the template wrote more places than there are pictures and videos (" + media.size() + ")");
        return writer.text(text.substring(from)).sequence();
    }

    /** What a picture or a video replaces in the text. */
    private record Place(int start, int end, boolean video) {
    }

    private Place next(String text, int from) {
        int picture = find(text, marks.placeholder(), from);
        int video = find(text, marks.videoPlaceholder(), from);
        if (picture < 0 && video < 0) return null;
        if (video < 0 || picture >= 0 && picture <= video) return new Place(picture, picture + marks.placeholder().length(), false);
        int end = video + marks.videoPlaceholder().length();
        // The frame pairs of a video have vision marks of their own: the template's pair goes, unless it is wanted around the whole video.
        int before = video - marks.visionStart().length();
        boolean paired = before >= from && text.startsWith(marks.visionStart(), before) && text.startsWith(marks.visionEnd(), end);
        return paired && !marks.videoOuterPair() ? new Place(before, end + marks.visionEnd().length(), true) : new Place(video, end, true);
    }

    private static int find(String text, String placeholder, int from) {
        return placeholder.isEmpty() ? -1 : text.indexOf(placeholder, from);
    }

    private static String kind(Content content) {
        return switch (content) {
            case Content.Text _ -> "text";
            case Content.Picture _ -> "picture";
            case Content.Video _ -> "video";
        };
    }
}

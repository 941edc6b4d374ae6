package embedrl.embedrl.prompts;

import embedrl.embedrl.tcot.Evidence;
import embedrl.embedrl.tcot.TCotTags;
import java.util.List;

/**
 * Instructions with worked examples for a general vision-language model, one template per modality and side (Embed-RL, prompts of the Reasoner).
 *
 * <p>A query's prompt can show the known answer; it then asks for reasoning that arrives there from the evidence without giving away that it was told.
 */
public final class PaperPrompts implements PromptBook {

    @Override
    public String prompt(PromptRequest request) {
        PaperTemplate template = PaperTemplate.of(request);
        var text = new StringBuilder();
        text.append("You see ").append(template.item).append(". Write notes that help to match it, in exactly three sections:\n");
        text.append(TCotTags.wrap(TCotTags.THINKING, "one or two sentences on what is there, then a JSON object with the evidence")).append('\n');
        text.append(TCotTags.wrap(TCotTags.RETHINK, "check the evidence and keep what matters for the match, in one or two sentences")).append('\n');
        text.append(TCotTags.wrap(TCotTags.ANSWER, "what is to be matched, in one or two sentences")).append("\n\n");
        text.append(template.look).append(' ').append(evidenceRule(template.examples.getFirst().tcot().evidence())).append('\n');
        template.guidance.forEach(line -> text.append("- ").append(line).append('\n'));
        text.append("- Say only what the input shows; write nothing outside the three sections.\n");
        if (request.knownAnswer().isPresent()) {
            text.append("- The right answer is given below. Reason from the evidence toward it, and never say that it was given.\n");
        }
        for (PaperTemplate.Example example : template.examples) {
            text.append("\nExample\n");
            appendField(text, "Text", example.text());
            text.append(example.tcot().render()).append('\n');
        }
        text.append("\nYour turn\n");
        if (request.frames() > 0) {
            text.append("The video is shown as ").append(request.frames()).append(" frames sampled at 2.0 FPS, numbered from 1.\n");
        }
        appendField(text, "Text", request.text());
        request.knownAnswer().ifPresent(answer -> appendField(text, "Right answer", answer));
        return text.toString().stripTrailing();
    }

    private static String evidenceRule(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Keywords _ -> "Give them as " + new Evidence.Keywords(List.of("…", "…")).json() + ".";
            case Evidence.Boxes _ -> "Give them as {\"" + TCotTags.BBOX_2D + "\": [[x1, y1, x2, y2], …]}, whole numbers from 0 to 1000, "
                    + "x to the right and y down, whatever the size of the picture.";
            case Evidence.KeyFrames _ -> "Give them as {\"" + TCotTags.KEY_FRAMES + "\": [n, …]}, positions in the list of frames, the first being 1.";
        };
    }

    private static void appendField(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append(name).append(": ").append(value).append('\n');
        }
    }
}

package embedrl.embedrl.prompts;

import embedrl.datasets.Box;
import embedrl.datasets.Kind;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.Evidence;
import embedrl.embedrl.tcot.TCot;
import java.util.List;

/** The seven prompt templates of Embed-RL, in our own words: what the item is, what to look for, and worked examples. */
enum PaperTemplate {

    /** A query that is text alone. */
    TEXT_QUERY("a search query in words",
            "Name the words that carry the query's meaning.",
            List.of("A caption: keep the objects, their attributes and where they are.",
                    "A piece of news: keep who, what and where, and what a photograph of it would show.",
                    "A dialogue: keep what its turns establish together, not the turns themselves.",
                    "A question: keep what it asks about and what its answer would look like."),
            List.of(new Example("two children flying a kite on a beach",
                            keywords("The query is a caption of an outdoor scene.", "The kite and the beach tell this scene from others with children.",
                                    "Two children on a beach holding the line of a flying kite.", "children", "kite", "beach")),
                    new Example("Which bridge did the storm close on Monday?",
                            keywords("The query asks for one bridge and gives an event.", "What is wanted is the bridge's name in a report of the storm.",
                                    "The bridge that was closed on Monday because of the storm.", "bridge", "closed", "storm")))),

    /** A query with a picture or page. */
    IMAGE_QUERY("a search query with a picture",
            "Box the parts of the picture that the query is about, never the whole picture.",
            List.of("Retrieval: box what the wanted item shares with the picture; if the text asks for a change, describe the item after the change.",
                    "Classification: box the thing to be named.",
                    "A question: box where the answer is seen, and keep the exact meaning of the question in the answer.",
                    "Localization: box the part that the text names."),
            List.of(new Example("What is the man at the counter holding?",
                            boxes("The man stands right of the middle, and his hands are in front of him.", "Only the object between his hands matters.",
                                    "The man at the counter is holding a white paper cup.", new Box(560, 340, 690, 520))))),

    /** A query with a video. */
    VIDEO_QUERY("a search query with a video",
            "Choose the frames in which the query's subject is seen best.",
            List.of("Captioning: follow what changes from the first frame to the last.",
                    "A question: choose the frames that decide it.",
                    "Retrieval: choose the frames that set this video apart from similar ones."),
            List.of(new Example("What does the woman do after opening the door?",
                            frames("She opens the door in frame 3 and stands outside from frame 5 on.", "Frames 5 and 6 show what follows.",
                                    "After opening the door the woman waters the plants outside.", 3, 5, 6)))),

    /** A query in words whose targets are videos. */
    TEXT_TO_VIDEO_QUERY("a description of a video that is to be found",
            "Name the objects, the scene, the actions and their order in time.",
            List.of("Keep the order of the actions.", "Do not invent details that the description leaves open."),
            List.of(new Example("a man cuts an onion and then fries it",
                            keywords("The description has one person, one object and two actions.", "Cutting comes first and frying second.",
                                    "A man in a kitchen cuts an onion and then fries it in a pan.", "man", "onion", "cut", "fry")))),

    /** A target that is text alone. */
    TARGET_TEXT("a text that a search may return",
            "Name the text's main concepts.",
            List.of("Explain a concept where its bare name would be ambiguous.", "The answer is a short description of the text."),
            List.of(new Example("espresso",
                            keywords("The text names one drink.", "It stands for the small strong coffee, not for the machine.",
                                    "Espresso, a small cup of strong black coffee.", "espresso", "coffee")))),

    /** A target with a picture or page. */
    TARGET_IMAGE("a picture that a search may return",
            "Box the parts that a search for this picture would name, never the whole picture.",
            List.of("Where the text asks nothing, box the most important element.", "On a page, box the heading, table or figure that tells what the page is about."),
            List.of(new Example("",
                            boxes("A brown dog lies on the left, beside a blue ball.", "The dog is the subject and the ball goes with it.",
                                    "A brown dog lying on grass beside a blue ball.", new Box(80, 310, 520, 860), new Box(560, 700, 670, 820))))),

    /** A target with a video. */
    TARGET_VIDEO("a video that a search may return",
            "Choose the frames that represent the video.",
            List.of("Cover every stage of what happens with as few frames as possible."),
            List.of(new Example("",
                            frames("A cyclist rides through a forest and in the end reaches a lake.", "Frame 2 shows the ride and frame 7 the arrival.",
                                    "A cyclist rides along a forest path to a lake.", 2, 7))));

    /** A worked example: an item's text and the T-CoT wanted for it. */
    record Example(String text, TCot tcot) {
    }

    final String item;
    final String look;
    final List<String> guidance;
    final List<Example> examples;

    PaperTemplate(String item, String look, List<String> guidance, List<Example> examples) {
        this.item = item;
        this.look = look;
        this.guidance = guidance;
        this.examples = examples;
    }

    /** The template for a request. A page counts as a picture, and a query in words for pages is a plain text query. */
    static PaperTemplate of(PromptRequest request) {
        return request.side() == Side.QUERY
                ? switch (request.kind()) {
                    case TEXT -> request.seeksVideo() ? TEXT_TO_VIDEO_QUERY : TEXT_QUERY;
                    case IMAGE, PAGE -> IMAGE_QUERY;
                    case VIDEO -> VIDEO_QUERY;
                }
                : targetOf(request.kind());
    }

    private static PaperTemplate targetOf(Kind kind) {
        return switch (kind) {
            case TEXT -> TARGET_TEXT;
            case IMAGE, PAGE -> TARGET_IMAGE;
            case VIDEO -> TARGET_VIDEO;
        };
    }

    private static TCot keywords(String thinking, String rethink, String answer, String... words) {
        return new TCot(thinking, new Evidence.Keywords(List.of(words)), rethink, answer);
    }

    private static TCot boxes(String thinking, String rethink, String answer, Box... boxes) {
        return new TCot(thinking, new Evidence.Boxes(List.of(boxes)), rethink, answer);
    }

    private static TCot frames(String thinking, String rethink, String answer, Integer... frames) {
        return new TCot(thinking, new Evidence.KeyFrames(List.of(frames)), rethink, answer);
    }
}

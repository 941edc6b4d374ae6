package embedrl.examples.command;

import embedrl.models.Embedder;
import embedrl.models.message.Content;
import embedrl.models.message.DynamicImages;
import embedrl.models.message.MediaContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code embedrl embed} is to embed with a language model: texts, pictures and videos, each an item, or all of them one item. */
record ItemVectors(List<String> texts, List<Path> pictures, List<Path> videos) {

    boolean isEmpty() {
        return texts.isEmpty() && !visual();
    }

    boolean visual() {
        return !pictures.isEmpty() || !videos.isEmpty();
    }

    /** What each vector is called: the text, or the file's name as given. */
    List<String> names(boolean together) {
        List<String> names = new ArrayList<>();
        if (together) {
            pictures.forEach(file -> names.add(file.toString()));
            videos.forEach(file -> names.add(file.toString()));
            names.addAll(texts);
            return List.of(String.join(" + ", names));
        }
        names.addAll(texts);
        pictures.forEach(file -> names.add(file.toString()));
        videos.forEach(file -> names.add(file.toString()));
        return names;
    }

    /** One vector of each, in the order of the names. */
    float[][] vectors(Embedder embedder, DynamicImages images, boolean together) {
        List<Content> words = texts.stream().map(Content::text).toList();
        List<Content> seen = new ArrayList<>();
        pictures.forEach(file -> seen.add(MediaContent.image(file)));
        videos.forEach(file -> seen.add(MediaContent.video(file, images.sampling())));
        if (together) {
            List<Content> all = new ArrayList<>(seen);
            all.addAll(words);
            return new float[][] {embedder.embed(all.toArray(Content[]::new))};
        }
        List<float[]> vectors = new ArrayList<>();
        words.forEach(text -> vectors.add(embedder.embed(text)));
        seen.forEach(item -> vectors.add(embedder.embed(item)));
        return vectors.toArray(float[][]::new);
    }
}

package embedrl.examples.command;

import embedrl.models.Embedder;
import embedrl.models.message.Content;
import embedrl.models.message.MediaContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code embedrl embed} is to embed: texts, pictures and videos, each an item, or all of them one item. */
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

    /**
     * One vector of each, in the order of the names; all of them one where together.
     *
     * @param query whether the texts search
     */
    float[][] vectors(Embedder embedder, boolean query, boolean together) {
        if (together) {
            List<Content> all = new ArrayList<>();
            pictures.forEach(file -> all.add(MediaContent.image(file)));
            videos.forEach(file -> all.add(video(embedder, file)));
            texts.forEach(text -> all.add(Content.text(text)));
            return new float[][] {embedder.embed(all.toArray(Content[]::new))};
        }
        List<float[]> vectors = new ArrayList<>(List.of(query ? embedder.embedQueries(texts) : embedder.embedPassages(texts)));
        // One at a time, so that not all pictures are in memory.
        pictures.forEach(file -> vectors.add(embedder.embed(MediaContent.image(file))));
        videos.forEach(file -> vectors.add(embedder.embed(video(embedder, file))));
        return vectors.toArray(float[][]::new);
    }

    private static Content video(Embedder embedder, Path file) {
        return MediaContent.video(file, embedder.images().orElseThrow().sampling());
    }
}

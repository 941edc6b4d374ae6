package embedrl.datasets.scenes;

import embedrl.datasets.Item;
import embedrl.datasets.SeededRandom;

/** Shows a scene; the target is its description. Distractors exchange cells, colors and names of the same objects. */
final class ImageToText extends SceneFamily<Scene> {
    ImageToText(World world, Split split, long seed, long size) {
        super("image-to-text", world, split, seed, size);
    }

    @Override
    Scene draw(SeededRandom random) {
        return world.drawScene(split, random, World.DESCRIBED, World.DESCRIBED).scene();
    }

    @Override
    String targetId(Scene scene) {
        return scene.phrase();
    }

    @Override
    Item query(Scene scene) {
        String text = "describe the scene";
        Item image = world.sceneImage(scene);
        return new Item(scene.id() + " | " + text, image.kind(), text, image.visuals(), image.trace());
    }

    @Override
    Item target(Scene scene) {
        return World.sceneText(scene);
    }

    @Override
    void distract(Scene scene, SeededRandom random, CandidateList list) {
        SceneChanges changes = new SceneChanges(world, split);
        changes.swaps(scene).forEach(wrong -> offer(wrong, list));
        while (!list.full()) {
            offer(changes.change(scene, random), list);
        }
    }

    private void offer(Scene wrong, CandidateList list) {
        list.offer(wrong.phrase(), () -> World.sceneText(wrong));
    }
}

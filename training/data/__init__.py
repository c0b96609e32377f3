"""Pictures to train on: any folder, an .npz file or the built-in dinosaurs."""

//! The page that shows all pictures.

use std::fmt::Write;

use crate::{LOOKS, MODES, Scene};

/// A heading for each mode and look, and every picture below it.
pub(crate) fn page(scenes: &[Scene]) -> String {
    let mut page = "<!doctype html><html lang=en><meta charset=utf-8><title>Gallery</title>\
        <meta name=viewport content='width=device-width'><meta name=color-scheme content='light dark'>\
        <style>body { font: 16px/1.5 system-ui; margin: 24px } img { border: 1px solid; max-inline-size: 100% }\
        figure { display: inline-block; inline-size: 30rem; max-inline-size: 100%; margin: 8px }</style><h1>Gallery</h1>\n"
        .to_owned();
    for mode in MODES {
        for look in LOOKS {
            // Writing to a string cannot fail.
            let _ = writeln!(page, "<h2>{mode}, {look}</h2>");
            for scene in scenes.iter().filter(|scene| (scene.mode, scene.look) == (mode, look)) {
                let (file, language, width) = (scene.file(), &scene.language, scene.width);
                let _ = writeln!(
                    page,
                    "<figure><figcaption>{language}, {width} px</figcaption>\
                     <a href='{file}'><img loading=lazy alt='{mode} in {language}, {look}, {width} px' src='{file}'></a></figure>"
                );
            }
        }
    }
    page
}

//! Samples as a FLAC file of 16 bits. Lossless on purpose: what a codec adds at the ends
//! would be a gap in every loop.

use flacenc::bitsink::ByteSink;
use flacenc::component::BitRepr;
use flacenc::error::Verify;
use flacenc::source::MemSource;

/// The file.
pub fn encode(channels: &[Vec<f64>], rate: f64) -> Vec<u8> {
    let frames = channels[0].len();
    let mut samples = Vec::with_capacity(frames * channels.len());
    for frame in 0..frames {
        samples.extend(channels.iter().map(|channel| (channel[frame] * 32_767.0).round() as i32));
    }
    let config = flacenc::config::Encoder::default().into_verified().expect("a configuration");
    let source = MemSource::from_samples(&samples, channels.len(), 16, rate as usize);
    let stream = flacenc::encode_with_fixed_block_size(&config, source, config.block_size);
    let mut sink = ByteSink::new();
    stream.expect("samples that fit").write(&mut sink).expect("memory");
    let mut file = sink.as_slice().to_vec();
    // The last block, which is shorter, does not count as the shortest: else a reader takes
    // the blocks for ones of changing length and finds none of them.
    let longest = [file[10], file[11]];
    file[8..10].copy_from_slice(&longest);
    file
}

/// The samples of a file; `None` if it is no FLAC file.
pub fn samples(file: &[u8]) -> Option<Vec<i32>> {
    claxon::FlacReader::new(file).ok()?.samples().collect::<Result<_, _>>().ok()
}

#!/usr/bin/env python3
"""Draws mnist-small from MNIST: 500 digits of every class for training, as many for testing.

    python3 draw_mnist_small.py MNIST_FOLDER OUTPUT_FOLDER

MNIST_FOLDER holds the four IDX files, gzip or plain. Training digits come from MNIST's training set,
test digits from its test set. The digit at position i of a split has the key

    SHA-256("mnist-small 1 SPLIT i")        (the 1 is the seed; SPLIT is "train" or "t10k")

Of each class the 500 digits with the smallest keys are taken, and all are stored in the order of
their keys: a shuffle that needs no random number generator and comes out alike in any language.

Only the standard library of Python 3 is used. The gzip header carries no time, name or system, so the
files are the same bytes on every machine whose zlib compresses alike; their contents always are.
"""

import gzip
import hashlib
import pathlib
import struct
import sys
import zlib

SEED = 1
PER_CLASS = 500
CLASSES = 10
IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801


def read(folder, name):
    """The bytes of `name` in `folder`, inflated if only the gzip file is there."""
    plain = folder / name
    if plain.exists():
        return plain.read_bytes()
    return gzip.decompress((folder / f"{name}.gz").read_bytes())


def read_split(folder, split):
    """The images of a split as byte strings, with their labels and their height and width."""
    images = read(folder, f"{split}-images-idx3-ubyte")
    labels = read(folder, f"{split}-labels-idx1-ubyte")
    magic, count, height, width = struct.unpack_from(">IIII", images)
    assert magic == IMAGES_MAGIC and len(images) == 16 + count * height * width
    assert struct.unpack_from(">II", labels) == (LABELS_MAGIC, count) and len(labels) == 8 + count
    size = height * width
    pixels = [images[16 + i * size : 16 + (i + 1) * size] for i in range(count)]
    return pixels, labels[8:], (height, width)


def key(split, position):
    return hashlib.sha256(f"mnist-small {SEED} {split} {position}".encode()).digest()


def draw(split, labels):
    """The positions to take, in the order in which they are stored."""
    taken = []
    for digit in range(CLASSES):
        members = [position for position, label in enumerate(labels) if label == digit]
        assert len(members) >= PER_CLASS
        taken += sorted(members, key=lambda position: key(split, position))[:PER_CLASS]
    return sorted(taken, key=lambda position: key(split, position))


def gzip_bytes(content):
    """`content` as one gzip member whose header says nothing about when and where it was made."""
    header = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    body = deflate.compress(content) + deflate.flush()
    return header + body + struct.pack("<II", zlib.crc32(content), len(content))


def write(folder, name, content):
    packed = gzip_bytes(content)
    (folder / f"{name}.gz").write_bytes(packed)
    print(f"{hashlib.sha256(packed).hexdigest()}  {name}.gz  {len(packed)} bytes")


def main(source, target):
    target.mkdir(parents=True, exist_ok=True)
    for split in ("train", "t10k"):
        pixels, labels, (height, width) = read_split(source, split)
        taken = draw(split, labels)
        images = struct.pack(">IIII", IMAGES_MAGIC, len(taken), height, width)
        images += b"".join(pixels[position] for position in taken)
        chosen = struct.pack(">II", LABELS_MAGIC, len(taken)) + bytes(labels[i] for i in taken)
        write(target, f"{split}-images-idx3-ubyte", images)
        write(target, f"{split}-labels-idx1-ubyte", chosen)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))

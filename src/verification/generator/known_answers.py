"""Which words, keys and uniforms must the generator give? A second implementation of what METHODS.md, section 1, says.

`python3 known_answers.py` prints the vectors of `known_answers.rs`. Nothing but the standard library: BLAKE3 is written from its
specification, as far as inputs of at most 1,024 bytes need it, and held to published vectors.
"""

import struct

WORD = (1 << 64) - 1
MULTIPLIER = 0xBEA225F9EB34556D
SPREAD = 0x9E3779B97F4A7C15
IV = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19]
PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
MIXED = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
         (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]


def compress(chain, block, length, flags):
    def rotate(x, by):
        return (x >> by | x << 32 - by) & 0xFFFFFFFF

    v = chain + IV[:4] + [0, 0, length, flags]
    m = list(struct.unpack("<16I", block.ljust(64, b"\0")))
    for _ in range(7):
        for i, (a, b, c, d) in enumerate(MIXED):
            for word, (first, second) in ((m[2 * i], (16, 12)), (m[2 * i + 1], (8, 7))):
                v[a] = (v[a] + v[b] + word) & 0xFFFFFFFF
                v[d] = rotate(v[d] ^ v[a], first)
                v[c] = (v[c] + v[d]) & 0xFFFFFFFF
                v[b] = rotate(v[b] ^ v[c], second)
        m = [m[i] for i in PERMUTATION]
    return [v[i] ^ v[i + 8] for i in range(8)]


def blake3(data):
    assert len(data) <= 1024
    blocks = [data[i:i + 64] for i in range(0, len(data), 64)] or [b""]
    chain = list(IV)
    for i, block in enumerate(blocks):
        last = i == len(blocks) - 1
        chain = compress(chain, block, len(block), (1 if i == 0 else 0) | (2 | 8 if last else 0))
    return struct.pack("<8I", *chain)


def mix(year, key):
    z = (year * SPREAD + key[0]) & WORD
    z = (z ^ z >> 32) * MULTIPLIER & WORD ^ key[1]
    z = (z ^ z >> 29) * MULTIPLIER & WORD
    z = (z ^ z >> 32) * MULTIPLIER & WORD
    return z ^ z >> 29


def key(seed, scope, driver, replicate, event):
    data = b"tailcost stream 2" + struct.pack("<QI", seed, replicate)
    for part in [*scope, driver]:
        data += struct.pack("<Q", len(part.encode())) + part.encode()
    first, second = struct.unpack("<2Q", blake3(data)[:16])
    if event == 0:
        return first, second
    apart = [int.from_bytes(text, "big") for text in (b"event-k1", b"event-k2")]
    return tuple(mix(event, (first ^ a, second)) for a in apart)


def folded(bits):
    tail = (float(bits & WORD >> 1) + 0.5) / 2.0**64
    return -tail if bits >> 63 else tail


def main():
    assert blake3(b"").hex() == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    sequence = bytes(i % 251 for i in range(1024))
    assert blake3(sequence).hex() == "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"
    for start, halves in [(1, (0, 0)), (2026, (1, 2)), (1 << 40, (WORD, 7)), (WORD - 3, (WORD, 0x0123456789ABCDEF))]:
        words = [mix(start + i & WORD, halves) for i in range(8)]
        print(f"years from {start}, key {halves[0]:#x}, {halves[1]:#x}:", ", ".join(f"{word:#018x}" for word in words))
    for name in [
        (2026, ("workforce", "offshore"), "breach.severity", 0, 0),
        (2026, ("workforce", "offshore"), "breach.severity", 0, 3),
        (2027, ("world",), "threat", 1, 1),
        (0, ("hospital",), "volume", 4294967295, 4294967295),
        (18446744073709551615, ("workforce", "a workforce named at such length that its key fills a second block of the hash"), "rate", 0, 0),
    ]:
        halves = key(*name)
        print(name, ", ".join(f"{half:#018x}" for half in halves), [folded(mix(year, halves)) for year in (0, 999_999, 1 << 40)])


if __name__ == "__main__":
    main()

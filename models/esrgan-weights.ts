import type { InpainterManifest } from "../src/contracts/manifest.ts";

/** Network (package and factor), file, bytes, SHA-256. */
const WEIGHTS = `
slim-x3 model.json 12336 642208758cf6c42a4f88745894b45cc03776681a46027b85963f01fe003e9917
slim-x3 group1-shard1of1.bin 907260 9d344609abd1e29bd3924f9c4e9ffaa1aee6be7c3586bab0f52863597858a2ba
slim-x4 model.json 12336 3a2eaa642232567e7d2a2e7638c9704f42f63f355fc656c18aa78bf2da1d903d
slim-x4 group1-shard1of1.bin 933804 82637daaf3ba024df5e9da2389e8992e7a6e8a992ba6268ce6bc490c92e9516e
medium-x3 model.json 30051 fcf99e8e6b98b19e496d4ceb9d381b0d1236a6e62fbc3952eedf70b9596d8a8a
medium-x3 group1-shard1of1.bin 2791900 e164821f4251957f5037fb93d1e9a719c17d4346e102bf24d8e8fb60757df48b
medium-x4 model.json 30051 6abcf2a497bb361a9b75afbab390a2bc0df88236c7b7c96edc1c2cdbdbec8e3c
medium-x4 group1-shard1of1.bin 2818444 ed791214e78e498dd42ce5da0e16b78a1047732e5d99467aaead2a90cb566a69
thick-x3 model.json 193998 48329aa1d773000c775b0cad55ab6dafd6e516e5ac16227988649daa0cfc83ac
thick-x3 group1-shard1of7.bin 4194304 8636aae49965c848e68351cd19779407bc6491a9aec276e22c8c9170d6caecf3
thick-x3 group1-shard2of7.bin 4194304 1761e246a976450f3b1e0b1bd98398998fffa6ae1cb91ef5f5dc8c69f25e2a7f
thick-x3 group1-shard3of7.bin 4194304 2e13d04393bc357a4f4e78af7bc0bb2a5941f36d41c6cc026c664a841bb506b6
thick-x3 group1-shard4of7.bin 4194304 fd9c4777b134ce0451d29d22235f3898487b62df78bc9bf3b392eeccf6318694
thick-x3 group1-shard5of7.bin 4194304 0378f8822718ab22bbb033e35e7da7ab962ab29fe5ddd95713d70c2a6c2e921a
thick-x3 group1-shard6of7.bin 4194304 29106164672f2ee7e34c942d125f5a7a0ebf1aeb8c81c6406d9efd5c7478784c
thick-x3 group1-shard7of7.bin 3828668 51d5ef16c7258b26b3ee2c714df127b81839d1153bf1b30e44e274225bb49b5c
thick-x4 model.json 193998 960433910ae4b2bff56d78a9d6dffc1289db3441bd67436c574b850dca429461
thick-x4 group1-shard1of7.bin 4194304 c2f3147cabd7451ca3c93090c0a0284034a2e1356c0ca16f72d39c46ab7fc9ea
thick-x4 group1-shard2of7.bin 4194304 6340d34ef2a1bf7cf32d5fc456662e39f9872a51d500a10907b9313f6278eb16
thick-x4 group1-shard3of7.bin 4194304 3467d72b6b9297dcf175244bc3462074ff7ed5c44f8dc3ba7a52bc843a51ee88
thick-x4 group1-shard4of7.bin 4194304 c384e24ac8c11bd3e2a9211fcadc8a9077345cd780e59245e758b622f37c83ae
thick-x4 group1-shard5of7.bin 4194304 90a60275d08465ba206116731639d5d9c0c44102b7796c68d1346fa0d997eed0
thick-x4 group1-shard6of7.bin 4194304 1bfa5f625a7316030ac47b420e2a77b809bce28519d069c45cfa7567d223e524
thick-x4 group1-shard7of7.bin 3877136 349e03caf92240e7643f587f36501bd4826e55fa8dc334b29b17cf2699d341e3
`;

type Source = InpainterManifest["sources"][number];

/** Every file of every network; `name` says which network it belongs to, such as medium-x3. */
export const esrganSources: Source[] = WEIGHTS.trim().split("\n").map(parseRow);

function parseRow(row: string): Source {
  const [name = "", file = "", bytes = "", sha256 = ""] = row.split(" ");
  const [size = "", factor = ""] = name.split("-");
  return {
    name,
    npm: `@upscalerjs/esrgan-${size}`,
    file: `models/${factor}/${file}`,
    bytes: Number(bytes),
    sha256,
  };
}

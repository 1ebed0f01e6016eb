// The list of processes as Wine 8 gave it once (NtQuerySystemInformation 5), with a node.exe of id 32 that had started a python.exe of id 276, which had
// four threads. It tells no states of threads.
import { gunzipSync } from "node:zlib";

const RECORDED = [
  "H4sIAKEnDWsC/82Ye0jTURTH78+NEulhSyPMYlSEPbD1R2UZOSQipIdQkWTIJCMD0aU5Fz0YaVoZZCZu/VEoPRAzM1CyMlghYVBQYBRkoWb0IGhY2YP+6O73283O/HVu",
  "ZznowI+vc7uf3w6/c7733PUbGItkf47qWXPdZ1zPFVtzlPramjpR1WhmUtX+qFXViMDnzUHrrfxSfv+H91MtUBG9aWOBysKXNQZoiCHyEflZ7k2u9ecb/DmR12wif8Ki",
  "LDfGYwqNt6kc5xmJvIZanBdJ5JXdwHnjiDznW5wXTeRtS61EefFEnj0T55klvHxWwHLYDpbILye/Rj+OGRmLQt5PiElRK76uXPuq5nqtAaeyOFUHH8MOTxLrAuoKLmKf",
  "2aPpzBpwo5ZEBags0tughhiuOGgQ+33Juh0u8lpB5LdkH0B5ViJvTtk5lGcj8hqbLqG8HCJv9YPLKC+XyLMtvI7yjhB5SZUdKK+OyLv47S3KayXyDlm+o7z7RN6S1+Pc",
  "GG9Asr6Iu04hc7BdbDv/qyiMThQVMewiemExlAEnEiqc6McT6ESrxLo/zRq2vGLNiUqLwI2qNihApbPGOqghRnBeK+e7dCtB5LWGyM+NPY3yMiTr/c/dzvL4jlSo1kT4",
  "KmE9nzqxse38yUo1k95TRm0oDGg8m6F50DNYCWuDat48ohIOOoH+Mu/APNLyl3OJdR/UUKfO8Qbw+k1mhe6TE3mlUz1rZzPKyyNWbE3rFZRnJ36/NM9VlLeHyMuZ1Iby",
  "nEReT73ixnhPJetLuJvm887xT3bCWcPXTWd5MWGHpurl7bq+Krpp4AXsJldQN42Y8MyeowE9DA08XQEqHZ7dUEcprAXXdKtB5FVG5Nlt11HecSIvvuoGyqui8l7hvBrq",
  "iWH3TZTnIfLM070or4k6R2TivJb/qjsbeVsZkfcHI+6A7hR7g5h6qvtgd57XOV/A81e3E+jwnYJUdrDZCPUf9zqRny3llu7TE3k1EPmmex9QXjuR13lhEOV1EHkRjo8o",
  "zytzH75bF7OdqmazvWGs1AxeYgbkfUfKF5CJeKJTeK364/1LWKmdsqnM+7EkoHA+t5yDKjWYpVBHKfqnfdZ9ciKvLiJv6+3vKO8hkbdmKXNjvG7pyc/BvS+Xz/tFfOIK",
  "X13VSOaTGfYot15dmViMtl+/hnXVI3NA7+cKTYdKYSv1QZWFpRjqKEVdSaTucxN59VIdZst4lPeGeo4cmoTy3lPrPtmE8nzU080JnPeJukNHx6K8r0TewGKc90OyvpB7",
  "/Xbek+H8LcYf2FSSOk/7Xbu3K1qryYDGcLf3R8I72JMxyrDH6/Yku+WEKnr1rgJU6vVJCtAQIzivCaYK3Wcm8ppKvFti0iYPxptN5OVn47wEIq9w2WaUt0CRTSV7+Z7h",
  "3zvyw1ilPwHqgZE/nhwAAA==",
];

export const WINE_PROCESSES: Uint8Array = gunzipSync(Buffer.from(RECORDED.join(""), "base64"));

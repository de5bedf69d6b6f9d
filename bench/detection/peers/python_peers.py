"""Ultralytics and MediaPipe for Python, where they are installed: milliseconds of each round, models loaded before."""

import json
import sys
import time
from functools import cache
from pathlib import Path


def timed(call, rounds):
    times = []
    for _ in range(rounds + 2):
        start = time.perf_counter()
        found = call()
        times.append((time.perf_counter() - start) * 1000)
    return {"ms": times[2:], "found": found}


@cache
def on_one_thread():
    """As ours: onnxruntime would take all cores, and pin its threads to them whatever the process may use."""
    import onnxruntime
    import torch

    torch.set_num_threads(1)
    made = onnxruntime.InferenceSession.__init__

    def init(session, model, sess_options=None, *rest, **named):
        options = sess_options or onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        made(session, model, options, *rest, **named)

    onnxruntime.InferenceSession.__init__ = init


def failed(error):
    return {"error": "not installed" if isinstance(error, ImportError) else str(error)}


def measure_ultralytics(rounds, weights, photos):
    """The weights by the names of their models; one that it cannot read leaves the others measured."""
    answer = {}
    for name, file in weights.items():
        task = f"ultralytics {name}"
        try:
            import cv2
            from ultralytics import YOLO

            on_one_thread()
            model = YOLO(file, task="segment" if "-seg" in name else "detect")
            for photo in photos:
                image = cv2.imread(photo)

                def run():
                    return len(model.predict(image, conf=0.25, iou=0.7, verbose=False, device="cpu")[0].boxes)

                answer.setdefault(task, {})[Path(photo).name] = timed(run, rounds)
        except Exception as error:
            answer[task] = failed(error)
    return answer


def measure_mediapipe(rounds, photos):
    faces = {"static_image_mode": True, "max_num_faces": 20}
    made = {
        "face short": ("face_detection.FaceDetection", {"model_selection": 0, "min_detection_confidence": 0.5}, "detections"),
        "face full": ("face_detection.FaceDetection", {"model_selection": 1, "min_detection_confidence": 0.5}, "detections"),
        "face mesh": ("face_mesh.FaceMesh", faces, "multi_face_landmarks"),
        "face mesh attention": ("face_mesh.FaceMesh", {**faces, "refine_landmarks": True}, "multi_face_landmarks"),
        "hand": ("hands.Hands", {"static_image_mode": True, "max_num_hands": 20}, "multi_hand_landmarks"),
        "person": ("pose.Pose", {"static_image_mode": True, "enable_segmentation": True}, "pose_landmarks"),
        "selfie": ("selfie_segmentation.SelfieSegmentation", {"model_selection": 0}, "segmentation_mask"),
    }
    lists = ("detections", "multi_face_landmarks", "multi_hand_landmarks")
    answer = {}
    for task, (solution, options, field) in made.items():
        try:
            import cv2
            from mediapipe import solutions

            module, name = solution.split(".")
            with getattr(getattr(solutions, module), name)(**options) as opened:
                for photo in photos:
                    image = cv2.cvtColor(cv2.imread(photo), cv2.COLOR_BGR2RGB)

                    def run():
                        result = getattr(opened.process(image), field)
                        return 0 if result is None else len(result) if field in lists else 1

                    answer.setdefault(task, {})[Path(photo).name] = timed(run, rounds)
        except Exception as error:
            answer[task] = failed(error)
    return answer


def main(rounds, weights, photos):
    answer = {**measure_ultralytics(rounds, weights, photos), **measure_mediapipe(rounds, photos)}
    print()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    separator = sys.argv.index("--")
    pairs = (argument.split("=", 1) for argument in sys.argv[2:separator])
    main(int(sys.argv[1]), dict(pairs), sys.argv[separator + 1 :])

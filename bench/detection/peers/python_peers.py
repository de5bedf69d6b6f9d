"""Ultralytics and MediaPipe for Python, where they are installed: milliseconds per picture, models loaded before."""

import json
import sys
import time
from pathlib import Path
from statistics import median


def timed(call, rounds):
    times = []
    for _ in range(rounds + 2):
        start = time.perf_counter()
        found = call()
        times.append((time.perf_counter() - start) * 1000)
    return {"ms": median(times[2:]), "found": found}


def main(rounds, weights, photos):
    answer = {}
    try:
        import cv2
        from ultralytics import YOLO
    except ImportError:
        YOLO = None
    if YOLO is not None:
        for name in weights:
            model = YOLO(name)
            for photo in photos:
                image = cv2.imread(photo)
                run = lambda: len(model.predict(image, conf=0.25, iou=0.7, verbose=False, device="cpu")[0].boxes)
                answer.setdefault(f"ultralytics {Path(name).name}", {})[Path(photo).name] = timed(run, rounds)
    try:
        import cv2
        import mediapipe
    except ImportError:
        mediapipe = None
    if mediapipe is not None and hasattr(mediapipe, "solutions"):
        solutions = mediapipe.solutions
        made = {
            "face short": (solutions.face_detection.FaceDetection(model_selection=0, min_detection_confidence=0.5), "detections"),
            "face full": (solutions.face_detection.FaceDetection(model_selection=1, min_detection_confidence=0.5), "detections"),
            "face mesh": (solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=20), "multi_face_landmarks"),
            "hand": (solutions.hands.Hands(static_image_mode=True, max_num_hands=20), "multi_hand_landmarks"),
            "person": (solutions.pose.Pose(static_image_mode=True, enable_segmentation=True), "pose_landmarks"),
        }
        for task, (solution, field) in made.items():
            for photo in photos:
                image = cv2.cvtColor(cv2.imread(photo), cv2.COLOR_BGR2RGB)

                def run():
                    result = getattr(solution.process(image), field)
                    return 0 if result is None else len(result) if hasattr(result, "__len__") else 1

                answer.setdefault(task, {})[Path(photo).name] = timed(run, rounds)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    separator = sys.argv.index("--")
    main(int(sys.argv[1]), sys.argv[2:separator], sys.argv[separator + 1 :])
